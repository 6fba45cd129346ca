/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/page.h"

#include "widget/names.h"
#include "window/inspector.h"
#include "window/sidebar.h"

#include <glib/gi18n-lib.h>

/* With more nodes the columns of a sequence diagram cannot be told apart. */
#define COLUMNS_MAX 40

struct _QuoPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  QuoSidebar *sidebar;
  GtkPaned *split;
  QuoPane *left;
  QuoPane *right;
  QuoInspector *inspector;
  QuoTransport *transport;
  GtkRevealer *progress_revealer;
  GtkProgressBar *progress_bar;
  GtkRevealer *story_revealer;
  GtkLabel *story_count;
  GtkLabel *story_text;

  QuoDocument *document;
  QuoPlayer *player;
  QuoSettings *settings;
  guint tick;
  int split_width; /* for which the split was placed */
  gboolean is_placing;
  gboolean is_choosing; /* the views, for a file that was just opened */
  gboolean is_story_hidden;
};

G_DEFINE_FINAL_TYPE (QuoPage, quo_page, GTK_TYPE_WIDGET)

static void
on_split (QuoPage *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->split));

  /* Only what a person moves is remembered, not what a resize brings about. */
  if (self->is_placing || self->settings == NULL || width <= 0
      || width != self->split_width)
    return;
  quo_settings_set_double (self->settings, "split-position",
                           CLAMP ((double) gtk_paned_get_position (self->split)
                                    / width,
                                  0, 1));
}

static gboolean
place_split (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  QuoPage *self = user_data;
  int width = gtk_widget_get_width (GTK_WIDGET (self->split));

  if (width == self->split_width || width <= 0)
    return G_SOURCE_CONTINUE;
  self->is_placing = TRUE;
  gtk_paned_set_position (self->split,
                          width
                            * quo_settings_get_double (self->settings,
                                                       "split-position"));
  self->is_placing = FALSE;
  self->split_width = width;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  QuoPage *self = user_data;

  quo_player_frame (self->player, gdk_frame_clock_get_frame_time (clock));
  return G_SOURCE_CONTINUE;
}

static void
on_playing (QuoPage *self)
{
  if (quo_player_is_playing (self->player) == (self->tick != 0))
    return;
  if (self->tick != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
      self->tick = 0;
      return;
    }
  self->tick
    = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, self, NULL);
}

static void
on_progress (QuoPage *self)
{
  double progress = quo_document_progress (self->document);

  gtk_revealer_set_reveal_child (self->progress_revealer, progress > 0);
  gtk_progress_bar_set_fraction (self->progress_bar, progress);
}

/* The story's last step that time has reached; -1 before the first. */
static int
current_step (QuoPage *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  int step = -1;

  for (guint i = 0; scenario != NULL && i < quo_scenario_n_story (scenario);
       i++)
    if (quo_scenario_story (scenario, i)->at
        <= quo_document_time (self->document))
      step = (int) i;
  return step;
}

static void
on_story (QuoPage *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint n_steps = scenario != NULL ? quo_scenario_n_story (scenario) : 0;
  int step = current_step (self);
  g_autofree char *count = NULL;

  gtk_revealer_set_reveal_child (self->story_revealer,
                                 n_steps > 0 && !self->is_story_hidden);
  if (n_steps == 0)
    return;
  count = g_strdup_printf ("%d / %u", step + 1, n_steps);
  gtk_label_set_text (self->story_count, count);
  gtk_label_set_text (self->story_text,
                      step >= 0 ? quo_scenario_story (scenario, step)->text
                                : quo_scenario_summary (scenario));
}

static void
on_story_closed (QuoPage *self)
{
  self->is_story_hidden = TRUE;
  on_story (self);
}

/* The view that goes beside the network: what the story shows first, or what can
 * be read with so many nodes, or what a person chose last. */
static char *
choose_right_view (QuoPage *self, QuoScenario *scenario)
{
  for (guint i = 0; i < quo_scenario_n_story (scenario); i++)
    {
      const char *view = quo_scenario_story (scenario, i)->show;

      if (view != NULL && g_strcmp0 (view, quo_pane_view (self->left)) != 0
          && quo_diagram_class_find (view) != NULL)
        return g_strdup (view);
    }
  if (quo_scenario_n_nodes (scenario) > COLUMNS_MAX
      && quo_diagram_class_find ("spread") != NULL)
    return g_strdup ("spread");
  return quo_settings_get_string (self->settings, "right-view");
}

static void
on_file (QuoPage *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);

  /* A save names another file too, but the run stays. */
  if (scenario != NULL && quo_document_run (self->document) == NULL)
    {
      g_autofree char *left
        = quo_settings_get_string (self->settings, "left-view");
      g_autofree char *right = NULL;

      self->is_choosing = TRUE;
      quo_pane_set_view (self->left, left);
      right = choose_right_view (self, scenario);
      quo_pane_set_view (self->right, right);
      self->is_choosing = FALSE;
    }
  self->is_story_hidden = FALSE;
  on_story (self);
}

static void
on_view (QuoPage *self)
{
  /* Only what a person chooses is remembered. */
  if (self->is_choosing)
    return;
  quo_settings_set_string (self->settings, "left-view",
                           quo_pane_view (self->left));
  quo_settings_set_string (self->settings, "right-view",
                           quo_pane_view (self->right));
}

static void
quo_page_dispose (GObject *object)
{
  QuoPage *self = QUO_PAGE (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  if (self->player != NULL)
    g_signal_handlers_disconnect_by_data (self->player, self);
  g_clear_object (&self->document);
  g_clear_object (&self->player);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (quo_page_parent_class)->dispose (object);
}

static void
quo_page_class_init (QuoPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_page_dispose;
  g_type_ensure (QUO_TYPE_SIDEBAR);
  g_type_ensure (QUO_TYPE_INSPECTOR);
  g_type_ensure (QUO_TYPE_PANE);
  g_type_ensure (QUO_TYPE_TRANSPORT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/page.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoPage, box);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, sidebar);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, split);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, left);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, right);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, inspector);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, transport);
  gtk_widget_class_bind_template_child (widget_class, QuoPage,
                                        progress_revealer);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, story_revealer);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, story_count);
  gtk_widget_class_bind_template_child (widget_class, QuoPage, story_text);
  gtk_widget_class_bind_template_callback (widget_class, on_split);
  gtk_widget_class_bind_template_callback (widget_class, on_story_closed);
  gtk_widget_class_set_css_name (widget_class, "page");
}

static void
quo_page_init (QuoPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
}

/**
 * quo_page_new:
 *
 * Returns: (transfer floating): a page of no document
 */
GtkWidget *
quo_page_new (void)
{
  return g_object_new (QUO_TYPE_PAGE, NULL);
}

/**
 * quo_page_set_document:
 * @document: what is shown
 * @player: what plays it, a step each frame
 * @settings: where the split and the views are kept
 *
 * To be called once.
 */
void
quo_page_set_document (QuoPage *self,
                       QuoDocument *document,
                       QuoPlayer *player,
                       QuoSettings *settings)
{
  g_return_if_fail (QUO_IS_PAGE (self));
  g_return_if_fail (self->document == NULL);

  g_autofree char *left = quo_settings_get_string (settings, "left-view");
  g_autofree char *right = quo_settings_get_string (settings, "right-view");

  self->document = g_object_ref (document);
  self->player = g_object_ref (player);
  self->settings = g_object_ref (settings);
  quo_sidebar_set_document (self->sidebar, document);
  quo_inspector_set_document (self->inspector, document);
  quo_transport_set_document (self->transport, document, player);
  quo_pane_set_side (self->left, "left");
  quo_pane_set_side (self->right, "right");
  quo_pane_set_view (self->left, left);
  quo_pane_set_view (self->right, right);
  if (quo_pane_view (self->left) == NULL)
    quo_pane_set_view (self->left, "network");
  if (quo_pane_view (self->right) == NULL)
    quo_pane_set_view (self->right, "sequence");
  quo_pane_set_document (self->left, document);
  quo_pane_set_document (self->right, document);

  g_signal_connect_swapped (self->left, "notify::view", G_CALLBACK (on_view),
                            self);
  g_signal_connect_swapped (self->right, "notify::view", G_CALLBACK (on_view),
                            self);
  g_signal_connect_swapped (player, "notify::is-playing",
                            G_CALLBACK (on_playing), self);
  g_signal_connect_swapped (document, "notify::progress",
                            G_CALLBACK (on_progress), self);
  g_signal_connect_swapped (document, "notify::time", G_CALLBACK (on_story),
                            self);
  g_signal_connect_swapped (document, "notify::scenario", G_CALLBACK (on_story),
                            self);
  g_signal_connect_swapped (document, "notify::file", G_CALLBACK (on_file),
                            self);
  gtk_widget_add_tick_callback (GTK_WIDGET (self->split), place_split, self,
                                NULL);
  on_story (self);
}

/**
 * quo_page_set_theme:
 * @theme: what to paint with
 */
void
quo_page_set_theme (QuoPage *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_PAGE (self));

  quo_pane_set_theme (self->left, theme);
  quo_pane_set_theme (self->right, theme);
  quo_inspector_set_theme (self->inspector, theme);
  quo_transport_set_theme (self->transport, theme);
}

/**
 * quo_page_set_panels:
 * @shows_sidebar: whether the scenario's column is there
 * @shows_inspector: whether the inspector is there
 */
void
quo_page_set_panels (QuoPage *self,
                     gboolean shows_sidebar,
                     gboolean shows_inspector)
{
  g_return_if_fail (QUO_IS_PAGE (self));

  gtk_widget_set_visible (GTK_WIDGET (self->sidebar), shows_sidebar);
  gtk_widget_set_visible (GTK_WIDGET (self->inspector), shows_inspector);
}

/**
 * quo_page_pane:
 * @nth: 0 for the left one, 1 for the right one
 *
 * Returns: (transfer none): the pane
 */
QuoPane *
quo_page_pane (QuoPage *self, guint nth)
{
  g_return_val_if_fail (QUO_IS_PAGE (self), NULL);
  return nth == 0 ? self->left : self->right;
}

/**
 * quo_page_active_pane:
 *
 * Returns: (transfer none): the pane that has the focus, else the left one
 */
QuoPane *
quo_page_active_pane (QuoPage *self)
{
  g_return_val_if_fail (QUO_IS_PAGE (self), NULL);

  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->right)))
    return self->right;
  return self->left;
}

/**
 * quo_page_toggle_only:
 * @nth: 0 for the left pane, 1 for the right one
 *
 * Folds the other pane away, or unfolds it when it is.
 */
void
quo_page_toggle_only (QuoPage *self, guint nth)
{
  g_return_if_fail (QUO_IS_PAGE (self));

  GtkWidget *other = GTK_WIDGET (nth == 0 ? self->right : self->left);

  gtk_widget_set_visible (other, !gtk_widget_get_visible (other));
}

/**
 * quo_page_transport:
 *
 * Returns: (transfer none): the bar under the panes
 */
QuoTransport *
quo_page_transport (QuoPage *self)
{
  g_return_val_if_fail (QUO_IS_PAGE (self), NULL);
  return self->transport;
}

/* The view that a step asks for goes where it is already, else to the right. */
static void
show_view (QuoPage *self, const char *view)
{
  if (view == NULL
      || (g_strcmp0 (quo_pane_view (self->left), view) == 0
          && gtk_widget_get_visible (GTK_WIDGET (self->left)))
      || (g_strcmp0 (quo_pane_view (self->right), view) == 0
          && gtk_widget_get_visible (GTK_WIDGET (self->right))))
    return;
  quo_pane_set_view (g_str_equal (view, "network") ? self->left : self->right,
                     view);
}

/**
 * quo_page_show_step:
 * @step: of the story, from 0; past the end is the last
 *
 * Goes to the step's time, shows its view and selects what it looks at.
 */
void
quo_page_show_step (QuoPage *self, guint step)
{
  g_return_if_fail (QUO_IS_PAGE (self));

  QuoScenario *scenario = quo_document_scenario (self->document);
  guint n_steps = scenario != NULL ? quo_scenario_n_story (scenario) : 0;

  if (n_steps == 0)
    return;

  const QuoStoryStep *shown
    = quo_scenario_story (scenario, MIN (step, n_steps - 1));

  quo_player_pause (self->player);
  self->is_story_hidden = FALSE;
  quo_document_set_time (self->document, shown->at);
  self->is_choosing = TRUE;
  show_view (self, shown->show);
  self->is_choosing = FALSE;
  if (shown->look_at != NULL && shown->look_at[0] != NULL)
    {
      int participant = quo_scenario_find (scenario, shown->look_at[0]);

      if (participant >= 0)
        quo_document_select (self->document,
                             quo_thing_id (QUO_THING_PARTICIPANT, participant));
    }
  on_story (self);
}
