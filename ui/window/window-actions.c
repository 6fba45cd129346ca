/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/window-private.h"

#include "window/action-dialog.h"
#include "window/export-dialog.h"

#include <glib/gi18n-lib.h>

#define ZOOM_STEP 1.25

static void
on_play (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  if (quo_player_is_playing (self->player))
    quo_player_pause (self->player);
  else
    quo_player_play (self->player);
}

static void
step (QuoWindow *self, int direction, gboolean is_notable)
{
  /* In a layout from right to left the left arrow is the later one. */
  quo_player_pause (self->player);
  quo_document_step (self->document, direction, is_notable);
}

static void
on_step_back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step (user_data, -1, FALSE);
}

static void
on_step_forward (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step (user_data, 1, FALSE);
}

static void
on_notable_back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step (user_data, -1, TRUE);
}

static void
on_notable_forward (GSimpleAction *action,
                    GVariant *parameter,
                    gpointer user_data)
{
  step (user_data, 1, TRUE);
}

static void
on_start_of_time (GSimpleAction *action,
                  GVariant *parameter,
                  gpointer user_data)
{
  quo_document_set_time (QUO_WINDOW (user_data)->document, 0);
}

static void
on_end_of_time (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  quo_document_set_time (self->document, quo_document_end (self->document));
}

static void
on_seek (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_document_set_time (QUO_WINDOW (user_data)->document,
                         g_variant_get_int64 (parameter));
}

static void
on_select (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_document_select (QUO_WINDOW (user_data)->document,
                       g_variant_get_uint64 (parameter));
}

/* The next speed up or down that is 1, 2 or 5 times a power of ten. */
static double
neighbour_speed (double speed, int direction)
{
  static const double steps[] = { 1, 2, 5 };
  double best = direction > 0 ? QUO_SPEED_MAX : QUO_SPEED_MIN;

  for (double power = QUO_SPEED_MIN; power <= QUO_SPEED_MAX; power *= 10)
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
      {
        double there = power * steps[i];

        if (direction > 0 && there > speed * 1.01)
          best = MIN (best, there);
        else if (direction < 0 && there < speed * 0.99)
          best = MAX (best, there);
      }
  return best;
}

static void
on_faster (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  quo_player_set_speed (self->player,
                        neighbour_speed (quo_player_speed (self->player), 1));
}

static void
on_slower (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  quo_player_set_speed (self->player,
                        neighbour_speed (quo_player_speed (self->player), -1));
}

static QuoDiagramView *
active_view (QuoWindow *self)
{
  return quo_pane_diagram_view (quo_page_active_pane (self->page));
}

static void
on_zoom_in (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_diagram_view_zoom_by (active_view (user_data), ZOOM_STEP);
}

static void
on_zoom_out (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_diagram_view_zoom_by (active_view (user_data), 1 / ZOOM_STEP);
}

static void
on_fit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_diagram_view_fit (active_view (user_data));
}

static void
on_undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_document_undo (QUO_WINDOW (user_data)->document);
}

static void
on_redo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_document_redo (QUO_WINDOW (user_data)->document);
}

static void
on_cancel (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_document_cancel (QUO_WINDOW (user_data)->document);
}

static JsonObject *
parse_action (GVariant *parameter)
{
  g_autoptr (JsonNode) node
    = json_from_string (g_variant_get_string (parameter, NULL), NULL);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
           ? json_node_dup_object (node)
           : NULL;
}

static void
on_act (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  g_autoptr (JsonObject) what = parse_action (parameter);
  g_autoptr (GError) error = NULL;

  g_return_if_fail (what != NULL);
  if (!quo_document_act (self->document, what, &error))
    quo_window_show_error (self, error->message);
}

static void
on_ask (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  g_autoptr (JsonObject) what = parse_action (parameter);

  g_return_if_fail (what != NULL);
  quo_player_pause (self->player);
  quo_action_dialog_present (GTK_WINDOW (self), self->document, what, -1);
}

static void
on_edit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint nth = g_variant_get_uint32 (parameter);
  g_autoptr (JsonObject) what = NULL;

  if (scenario == NULL || nth >= quo_scenario_n_actions (scenario))
    return;
  what = quo_scenario_action_json (scenario, nth);
  quo_player_pause (self->player);
  quo_action_dialog_present (GTK_WINDOW (self), self->document, what,
                             (int) nth);
}

static void
on_delete_action (GSimpleAction *action,
                  GVariant *parameter,
                  gpointer user_data)
{
  QuoWindow *self = user_data;
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint nth = g_variant_get_uint32 (parameter);

  if (scenario == NULL || nth >= quo_scenario_n_actions (scenario))
    return;

  g_autofree char *text = quo_scenario_action_text (scenario, nth);
  g_autofree char *name = g_strdup_printf (_ ("Delete “%s”"), text);
  g_autoptr (QuoScenario) next = quo_scenario_without_action (scenario, nth);

  quo_document_edit (self->document, next, name, TRUE);
}

static void
on_reseed (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  QuoScenario *scenario = quo_document_scenario (self->document);

  if (scenario == NULL)
    return;

  g_autoptr (QuoScenario) next
    = quo_scenario_with_seed (scenario, quo_scenario_seed (scenario) + 1);

  quo_document_edit (self->document, next, _ ("Another seed"), TRUE);
}

static void
on_script_chaos (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  QuoScenario *scenario = quo_document_scenario (self->document);
  QuoRun *run = quo_document_run (self->document);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuoScenario) next = NULL;

  if (scenario == NULL || run == NULL)
    return;
  next
    = quo_scenario_with_chaos_scripted (scenario, quo_run_trace (run), &error);
  if (next == NULL)
    quo_window_show_error (self, error->message);
  else
    quo_document_edit (self->document, next, _ ("Turn chaos into a script"),
                       TRUE);
}

/* The step that time has reached, from 1; 0 before the first. */
static guint
story_position (QuoWindow *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  QuoTime time = quo_document_time (self->document);
  guint n_steps = scenario != NULL ? quo_scenario_n_story (scenario) : 0;
  guint position = 0;

  while (position < n_steps
         && quo_scenario_story (scenario, position)->at <= time)
    position++;
  return position;
}

static void
on_story_step (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  quo_page_show_step (QUO_WINDOW (user_data)->page,
                      g_variant_get_uint32 (parameter));
}

static void
on_story_next (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  quo_page_show_step (self->page, story_position (self));
}

static void
on_story_back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  guint position = story_position (self);

  quo_page_show_step (self->page, position >= 2 ? position - 2 : 0);
}

static void
on_panel (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  QuoWindow *self = user_data;
  gboolean is_sidebar
    = g_str_equal (g_action_get_name (G_ACTION (action)), "sidebar");

  g_simple_action_set_state (action, state);
  quo_settings_set_boolean (self->settings,
                            is_sidebar ? "side-panel-visible"
                                       : "inspector-visible",
                            g_variant_get_boolean (state));
}

static void
on_panels (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  gboolean shows
    = !(quo_settings_get_boolean (self->settings, "side-panel-visible")
        || quo_settings_get_boolean (self->settings, "inspector-visible"));

  g_action_group_change_action_state (G_ACTION_GROUP (self), "sidebar",
                                      g_variant_new_boolean (shows));
  g_action_group_change_action_state (G_ACTION_GROUP (self), "inspector",
                                      g_variant_new_boolean (shows));
}

static void
on_only (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;

  quo_page_toggle_only (self->page,
                        g_str_equal (g_variant_get_string (parameter, NULL),
                                     "left")
                          ? 0
                          : 1);
}

static void
on_export (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  const char *which = g_variant_get_string (parameter, NULL);
  QuoPane *pane = g_str_equal (which, "left") ? quo_page_pane (self->page, 0)
                  : g_str_equal (which, "right")
                    ? quo_page_pane (self->page, 1)
                    : quo_page_active_pane (self->page);

  quo_player_pause (self->player);
  quo_export_dialog_present (GTK_WINDOW (self), self->document,
                             quo_pane_diagram_view (pane), self->settings);
}

static void
on_copy_picture (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png
    = quo_export_picture (self->document, active_view (self),
                          &(QuoPictureChoice){
                            .format = QUO_EXPORT_PNG,
                            .scale = 2,
                            .theme = quo_appearance_theme (self->appearance),
                          },
                          &error);
  g_autoptr (GdkContentProvider) provider = NULL;

  if (png == NULL)
    {
      quo_window_show_error (self, error->message);
      return;
    }
  provider = gdk_content_provider_new_for_bytes ("image/png", png);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                             provider);
}

static void
on_menu_key (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuoWindow *self = user_data;
  QuoDiagramView *view = active_view (self);
  const QuoView *shown = quo_diagram_view_view (view);

  quo_diagram_view_show_menu (view, quo_document_selection (self->document),
                              shown->width / 2, shown->height / 2);
}

static const GActionEntry entries[] = {
  { "play", on_play },
  { "step-back", on_step_back },
  { "step-forward", on_step_forward },
  { "notable-back", on_notable_back },
  { "notable-forward", on_notable_forward },
  { "start-of-time", on_start_of_time },
  { "end-of-time", on_end_of_time },
  { "seek", on_seek, "x" },
  { "select", on_select, "t" },
  { "faster", on_faster },
  { "slower", on_slower },
  { "zoom-in", on_zoom_in },
  { "zoom-out", on_zoom_out },
  { "fit", on_fit },
  { "undo", on_undo },
  { "redo", on_redo },
  { "cancel", on_cancel },
  { "act", on_act, "s" },
  { "ask", on_ask, "s" },
  { "edit-action", on_edit_action, "u" },
  { "delete-action", on_delete_action, "u" },
  { "reseed", on_reseed },
  { "script-chaos", on_script_chaos },
  { "story-step", on_story_step, "u" },
  { "story-next", on_story_next },
  { "story-back", on_story_back },
  { "sidebar", NULL, NULL, "true", on_panel },
  { "inspector", NULL, NULL, "true", on_panel },
  { "panels", on_panels },
  { "only", on_only, "s" },
  { "export", on_export, "s" },
  { "copy-picture", on_copy_picture },
  { "thing-menu", on_menu_key },
};

static gboolean
activate (GtkWidget *widget, GVariant *arguments, gpointer name)
{
  return gtk_widget_activate_action (widget, name, NULL);
}

/* Keys without a modifier are kept off the application's accelerators, which take
 * them before a text entry does; here the entry comes first. */
static void
add_plain_keys (QuoWindow *self)
{
  static const struct
  {
    const char *trigger;
    const char *action;
  } keys[] = {
    { "space", "win.play" },
    { "Left", "win.step-back" },
    { "Right", "win.step-forward" },
    { "<Shift>Left", "win.notable-back" },
    { "<Shift>Right", "win.notable-forward" },
    { "Home", "win.start-of-time" },
    { "End", "win.end-of-time" },
    { "plus|KP_Add|equal", "win.zoom-in" },
    { "minus|KP_Subtract", "win.zoom-out" },
    { "0|KP_0", "win.fit" },
    { "bracketright", "win.faster" },
    { "bracketleft", "win.slower" },
    { "n", "win.story-next" },
    { "p", "win.story-back" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_BUBBLE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                        gtk_callback_action_new (activate,
                                                 (gpointer) keys[i].action,
                                                 NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->page), controller);
}

void
quo_window_add_actions (QuoWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries,
                                   G_N_ELEMENTS (entries), self);
  g_action_group_change_action_state (
    G_ACTION_GROUP (self), "sidebar",
    g_variant_new_boolean (
      quo_settings_get_boolean (self->settings, "side-panel-visible")));
  g_action_group_change_action_state (
    G_ACTION_GROUP (self), "inspector",
    g_variant_new_boolean (
      quo_settings_get_boolean (self->settings, "inspector-visible")));
  add_plain_keys (self);
}

static void
enable (QuoWindow *self, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

void
quo_window_update_actions (QuoWindow *self)
{
  static const char *const of_run[] = {
    "play",
    "step-back",
    "step-forward",
    "notable-back",
    "notable-forward",
    "start-of-time",
    "end-of-time",
    "export",
    "copy-picture",
    "ask",
    "act",
    "zoom-in",
    "zoom-out",
    "fit",
  };
  static const char *const of_scenario[] = {
    "save", "save-as", "reseed", "story-next", "story-back",
  };
  gboolean is_page
    = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "page") == 0;
  gboolean has_run = is_page && quo_document_run (self->document) != NULL;
  gboolean has_scenario
    = is_page && quo_document_scenario (self->document) != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (of_run); i++)
    enable (self, of_run[i], has_run);
  for (guint i = 0; i < G_N_ELEMENTS (of_scenario); i++)
    enable (self, of_scenario[i], has_scenario);
  enable (self, "undo",
          has_scenario && quo_document_undo_name (self->document) != NULL);
  enable (self, "redo",
          has_scenario && quo_document_redo_name (self->document) != NULL);
  enable (self, "script-chaos", has_run && quo_scenario_has_chaos (
            quo_document_scenario (self->document)));
  gtk_widget_set_visible (self->back_button,
                          !is_page
                            && quo_document_scenario (self->document) != NULL);
  gtk_widget_set_visible (self->undo_button, is_page);
  gtk_widget_set_visible (self->redo_button, is_page);
  gtk_widget_set_visible (self->export_button, is_page);
}
