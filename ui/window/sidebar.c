/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/sidebar.h"

#include "diagram/diagram.h"
#include "widget/clock-text.h"
#include "widget/tone.h"

#include <glib/gi18n-lib.h>

/* A script that chaos was turned into may be long; the list shows its start. */
#define ROWS_MAX 500

struct _QuoSidebar
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *facts;
  GtkListBox *script;
  GtkLabel *add_label;
  GtkWidget *expected_box;
  GtkListBox *expected;
  GtkWidget *story_box;
  GtkListBox *story;

  QuoDocument *document;
};

G_DEFINE_FINAL_TYPE (QuoSidebar, quo_sidebar, GTK_TYPE_WIDGET)

static void
clear_box (GtkWidget *box)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
clear_list (GtkListBox *list)
{
  GtkListBoxRow *row = NULL;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

/* A text that takes what room there is and asks for none: else the longest one
 * would set the column's width. */
static void
let_fill (GtkWidget *label)
{
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
fill_facts (QuoSidebar *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  g_auto (GStrv) facts = quo_scenario_facts (scenario);

  clear_box (self->facts);
  for (guint i = 0; facts != NULL && facts[i] != NULL && facts[i + 1] != NULL;
       i += 2)
    {
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *key = make_label (facts[i], NULL);
      GtkWidget *value = make_label (facts[i + 1], "muted");

      gtk_widget_add_css_class (row, "fact");
      let_fill (value);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_widget_set_tooltip_text (value, facts[i + 1]);
      /* The key is never the one to be shortened. */
      gtk_label_set_ellipsize (GTK_LABEL (key), PANGO_ELLIPSIZE_NONE);
      gtk_box_append (GTK_BOX (row), key);
      gtk_box_append (GTK_BOX (row), value);
      gtk_box_append (GTK_BOX (self->facts), row);
    }
}

static guint
index_of (GtkListBoxRow *row)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "quo-index"));
}

static void
on_delete (GtkButton *button, GtkListBoxRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (row), "win.delete-action", "u",
                              index_of (row));
}

static void
on_edit (GtkButton *button, GtkListBoxRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (row), "win.edit-action", "u",
                              index_of (row));
}

static GtkWidget *
make_row_button (GtkWidget *row,
                 const char *icon,
                 const char *label,
                 GCallback handler)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_add_css_class (button, "row-button");
  g_signal_connect_object (button, "clicked", handler, row, 0);
  return button;
}

static gboolean
on_row_key (GtkEventControllerKey *controller,
            guint keyval,
            guint keycode,
            GdkModifierType state,
            GtkListBoxRow *row)
{
  if (keyval == GDK_KEY_Delete)
    on_delete (NULL, row);
  else if (keyval == GDK_KEY_F2)
    on_edit (NULL, row);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
on_row_pressed (GtkGestureClick *gesture,
                int n_press,
                double x,
                double y,
                GtkListBoxRow *row)
{
  if (n_press == 2)
    on_edit (NULL, row);
}

static GtkWidget *
make_action_row (QuoScenario *scenario, guint nth, QuoTime end)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *dot = gtk_label_new ("●");
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  g_autofree char *text = quo_scenario_action_text (scenario, nth);
  g_autofree char *time
    = quo_clock_text (quo_scenario_action_time (scenario, nth), end);
  QuoTone tone = quo_tone_of_action (quo_scenario_action_id (scenario, nth));
  GtkWidget *label = make_label (text, NULL);
  GtkWidget *when = make_label (time, "muted");

  gtk_widget_add_css_class (dot, "dot");
  gtk_widget_add_css_class (dot, quo_tone_css_class (tone));
  let_fill (label);
  gtk_widget_set_tooltip_text (label, text);
  gtk_label_set_ellipsize (GTK_LABEL (when), PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (when, "small");
  gtk_label_set_xalign (GTK_LABEL (when), 1);

  /* The buttons take the time's place while the pointer is over the row. */
  gtk_box_append (GTK_BOX (buttons),
                  make_row_button (row, "document-edit-symbolic", _ ("Edit"),
                                   G_CALLBACK (on_edit)));
  gtk_box_append (GTK_BOX (buttons),
                  make_row_button (row, "edit-delete-symbolic", _ ("Delete"),
                                   G_CALLBACK (on_delete)));
  gtk_stack_set_hhomogeneous (GTK_STACK (stack), TRUE);
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_stack_add_named (GTK_STACK (stack), when, "time");
  gtk_stack_add_named (GTK_STACK (stack), buttons, "buttons");

  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), stack);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "quo-index", GUINT_TO_POINTER (nth));
  g_object_set_data (G_OBJECT (row), "quo-stack", stack);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, time,
                                  -1);

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_row_key), row);
  gtk_widget_add_controller (row, keys);
  g_signal_connect (click, "pressed", G_CALLBACK (on_row_pressed), row);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  return row;
}

static void
on_row_state (GtkWidget *row, GtkStateFlags before, gpointer user_data)
{
  GtkStack *stack = g_object_get_data (G_OBJECT (row), "quo-stack");
  gboolean is_hot = (gtk_widget_get_state_flags (row)
                     & (GTK_STATE_FLAG_PRELIGHT | GTK_STATE_FLAG_FOCUS_WITHIN
                        | GTK_STATE_FLAG_FOCUSED))
                    != 0;

  gtk_stack_set_visible_child_name (stack, is_hot ? "buttons" : "time");
}

static int
compare_times (gconstpointer a, gconstpointer b, gpointer scenario)
{
  QuoTime first = quo_scenario_action_time (scenario, *(const guint *) a);
  QuoTime second = quo_scenario_action_time (scenario, *(const guint *) b);

  if (first != second)
    return first < second ? -1 : 1;
  return *(const guint *) a < *(const guint *) b ? -1 : 1;
}

static void
fill_script (QuoSidebar *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint n_actions = quo_scenario_n_actions (scenario);
  g_autofree guint *order = g_new (guint, n_actions + 1);

  clear_list (self->script);
  for (guint i = 0; i < n_actions; i++)
    order[i] = i;
  g_qsort_with_data (order, n_actions, sizeof *order, compare_times, scenario);
  for (guint i = 0; i < n_actions && i < ROWS_MAX; i++)
    {
      GtkWidget *row = make_action_row (scenario, order[i],
                                        quo_document_end (self->document));

      g_signal_connect (row, "state-flags-changed", G_CALLBACK (on_row_state),
                        NULL);
      gtk_list_box_append (self->script, row);
    }
}

static GtkWidget *
make_outcome_row (const QuoOutcome *outcome, const char *text)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gboolean is_known = outcome != NULL;
  gboolean is_met = is_known && outcome->is_met;
  GtkWidget *sign = gtk_label_new (!is_known ? "…" : is_met ? "✓" : "✗");
  GtkWidget *label = make_label (is_known ? outcome->text : text, NULL);
  const char *finding
    = is_known && outcome->finding != NULL ? outcome->finding : "";

  gtk_widget_set_valign (sign, GTK_ALIGN_START);
  gtk_widget_add_css_class (sign, "sign");
  gtk_widget_add_css_class (sign, !is_known ? "muted"
                                  : is_met  ? "tone-good"
                                            : "tone-bad");
  let_fill (label);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), label);
  if (*finding != '\0')
    {
      GtkWidget *found = make_label (finding, "small");

      gtk_widget_add_css_class (found, is_met ? "muted" : "tone-bad");
      let_fill (found);
      gtk_label_set_wrap (GTK_LABEL (found), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (found), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_lines (GTK_LABEL (found), 4);
      gtk_widget_set_tooltip_text (found, finding);
      gtk_box_append (GTK_BOX (words), found);
    }
  gtk_box_append (GTK_BOX (box), sign);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_known ? outcome->text : text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  !is_known ? _ ("not known yet")
                                  : is_met  ? _ ("as expected")
                                            : _ ("not as expected"),
                                  -1);
  return row;
}

static void
fill_expected (QuoSidebar *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  QuoRun *run = quo_document_run (self->document);
  guint n_expected = quo_scenario_n_expectations (scenario);

  clear_list (self->expected);
  gtk_widget_set_visible (self->expected_box, n_expected > 0);
  for (guint i = 0; i < n_expected; i++)
    {
      g_autofree char *text = quo_scenario_expectation_text (scenario, i);
      const QuoOutcome *outcome = run != NULL && i < quo_run_n_outcomes (run)
                                    ? quo_run_outcome (run, i)
                                    : NULL;
      GtkWidget *row = make_outcome_row (outcome, text);

      g_object_set_data (G_OBJECT (row), "quo-index", GUINT_TO_POINTER (i));
      gtk_list_box_append (self->expected, row);
    }
}

static void
fill_story (QuoSidebar *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  guint n_steps = quo_scenario_n_story (scenario);

  clear_list (self->story);
  gtk_widget_set_visible (self->story_box, n_steps > 0);
  for (guint i = 0; i < n_steps && i < ROWS_MAX; i++)
    {
      const QuoStoryStep *step = quo_scenario_story (scenario, i);
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      g_autofree char *time
        = quo_clock_text (step->at, quo_document_end (self->document));
      GtkWidget *count = make_label (number, "muted");
      GtkWidget *label = make_label (step->text, NULL);
      GtkWidget *when = make_label (time, "muted");

      gtk_label_set_ellipsize (GTK_LABEL (count), PANGO_ELLIPSIZE_NONE);
      gtk_label_set_ellipsize (GTK_LABEL (when), PANGO_ELLIPSIZE_NONE);
      gtk_widget_add_css_class (when, "small");
      let_fill (label);
      gtk_widget_set_tooltip_text (label, step->text);
      gtk_box_append (GTK_BOX (box), count);
      gtk_box_append (GTK_BOX (box), label);
      gtk_box_append (GTK_BOX (box), when);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, step->text,
                                      -1);
      g_object_set_data (G_OBJECT (row), "quo-index", GUINT_TO_POINTER (i));
      gtk_list_box_append (self->story, row);
    }
}

/* The action and the step that time has reached are lit. */
static void
on_time (QuoSidebar *self)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  QuoTime time = quo_document_time (self->document);
  g_autofree char *text
    = quo_clock_text_fixed (time, quo_document_end (self->document), FALSE);
  g_autofree char *label = NULL;
  GtkListBoxRow *reached = NULL;
  GtkListBoxRow *row = NULL;

  if (scenario == NULL)
    return;
  label = g_strdup_printf (_ ("+ Add action at %s"), text);
  gtk_label_set_text (self->add_label, label);

  for (int i = 0;
       (row = gtk_list_box_get_row_at_index (self->script, i)) != NULL; i++)
    if (index_of (row) < quo_scenario_n_actions (scenario)
        && quo_scenario_action_time (scenario, index_of (row)) <= time)
      reached = row;
  gtk_list_box_select_row (self->script, time > 0 ? reached : NULL);

  reached = NULL;
  for (int i = 0;
       (row = gtk_list_box_get_row_at_index (self->story, i)) != NULL; i++)
    if (index_of (row) < quo_scenario_n_story (scenario)
        && quo_scenario_story (scenario, index_of (row))->at <= time)
      reached = row;
  gtk_list_box_select_row (self->story, reached);
}

static void
on_scenario (QuoSidebar *self)
{
  if (quo_document_scenario (self->document) == NULL)
    return;
  fill_facts (self);
  fill_script (self);
  fill_expected (self);
  fill_story (self);
  on_time (self);
}

static void
on_run (QuoSidebar *self)
{
  if (quo_document_scenario (self->document) != NULL)
    fill_expected (self);
}

static void
on_action_activated (QuoSidebar *self, GtkListBoxRow *row)
{
  QuoScenario *scenario = quo_document_scenario (self->document);

  if (index_of (row) < quo_scenario_n_actions (scenario))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.seek", "x",
                                quo_scenario_action_time (scenario,
                                                          index_of (row)));
}

static void
on_outcome_activated (QuoSidebar *self, GtkListBoxRow *row)
{
  QuoRun *run = quo_document_run (self->document);

  if (run == NULL || index_of (row) >= quo_run_n_outcomes (run))
    return;

  guint32 event = quo_run_outcome (run, index_of (row))->event;

  if (event >= quo_trace_length (quo_run_trace (run)))
    return;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.seek", "x",
                              quo_trace_time (quo_run_trace (run), event));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.select", "t",
                              quo_thing_id (QUO_THING_EVENT, event));
}

static void
on_step_activated (QuoSidebar *self, GtkListBoxRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.story-step", "u",
                              index_of (row));
}

static void
quo_sidebar_dispose (GObject *object)
{
  QuoSidebar *self = QUO_SIDEBAR (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (quo_sidebar_parent_class)->dispose (object);
}

static void
quo_sidebar_class_init (QuoSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_sidebar_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, facts);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, script);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, add_label);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, expected_box);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, expected);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, story_box);
  gtk_widget_class_bind_template_child (widget_class, QuoSidebar, story);
  gtk_widget_class_bind_template_callback (widget_class, on_action_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_outcome_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_step_activated);
  gtk_widget_class_set_css_name (widget_class, "sidebar");
}

static void
quo_sidebar_init (QuoSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * quo_sidebar_new:
 *
 * Returns: (transfer floating): a column of no document
 */
GtkWidget *
quo_sidebar_new (void)
{
  return g_object_new (QUO_TYPE_SIDEBAR, NULL);
}

/**
 * quo_sidebar_set_document:
 * @document: what is shown; to be called once
 */
void
quo_sidebar_set_document (QuoSidebar *self, QuoDocument *document)
{
  g_return_if_fail (QUO_IS_SIDEBAR (self));
  g_return_if_fail (self->document == NULL);

  self->document = g_object_ref (document);
  g_signal_connect_swapped (document, "notify::scenario",
                            G_CALLBACK (on_scenario), self);
  g_signal_connect_swapped (document, "notify::run", G_CALLBACK (on_run), self);
  g_signal_connect_swapped (document, "notify::time", G_CALLBACK (on_time),
                            self);
  on_scenario (self);
}
