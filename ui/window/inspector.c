/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/inspector.h"

#include "diagram/diagram.h"
#include "diagram/palette.h"
#include "sim/describe.h"
#include "widget/cells.h"
#include "widget/clock-text.h"
#include "widget/names.h"
#include "widget/thing-menu.h"
#include "window/inspector-private.h"

#include <glib/gi18n-lib.h>

/* While time is played the values change as often as a person can read them. */
#define UPDATE_EVERY_US 80000
/* The end of a log is what changes; this many entries of it are shown. */
#define LOG_CELLS_MAX 12

G_DEFINE_FINAL_TYPE (QuoInspector, quo_inspector, GTK_TYPE_WIDGET)

/* The next line if it is of that kind, else NULL: then one is to be made there. */
static GtkWidget *
take_line (QuoInspector *self, const char *kind)
{
  GtkWidget *line = self->cursor;

  if (line == NULL || g_strcmp0 (gtk_widget_get_name (line), kind) != 0)
    return NULL;
  self->cursor = gtk_widget_get_next_sibling (line);
  return line;
}

static void
put_line (QuoInspector *self, const char *kind, GtkWidget *line)
{
  gtk_widget_set_name (line, kind);
  if (self->cursor != NULL)
    gtk_box_insert_child_after (self->lines, line,
                                gtk_widget_get_prev_sibling (self->cursor));
  else
    gtk_box_append (self->lines, line);
}

static GtkWidget *
make_label (double xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
set_tone (GtkWidget *widget, const char *css_class)
{
  static const char *const tones[]
    = { "tone-bad", "tone-good", "tone-warn", "muted" };

  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    if (g_strcmp0 (tones[i], css_class) == 0)
      gtk_widget_add_css_class (widget, tones[i]);
    else
      gtk_widget_remove_css_class (widget, tones[i]);
}

void
quo_inspector_begin (QuoInspector *self)
{
  self->cursor = gtk_widget_get_first_child (GTK_WIDGET (self->lines));
}

void
quo_inspector_field (QuoInspector *self,
                     const char *name,
                     const char *value,
                     const char *hint,
                     const char *css_class)
{
  GtkWidget *line = take_line (self, "field");
  GtkWidget *key = NULL;
  GtkWidget *label = NULL;

  if (line == NULL)
    {
      line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      key = make_label (0);
      label = make_label (1);
      gtk_widget_add_css_class (line, "fact");
      gtk_widget_add_css_class (key, "muted");
      gtk_widget_set_hexpand (label, TRUE);
      /* It takes what room there is and asks for none: the column's width stays. */
      gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
      gtk_label_set_ellipsize (GTK_LABEL (key), PANGO_ELLIPSIZE_NONE);
      gtk_box_append (GTK_BOX (line), key);
      gtk_box_append (GTK_BOX (line), label);
      put_line (self, "field", line);
    }
  key = gtk_widget_get_first_child (line);
  label = gtk_widget_get_next_sibling (key);
  gtk_label_set_text (GTK_LABEL (key), name);
  gtk_label_set_text (GTK_LABEL (label), value);
  gtk_widget_set_tooltip_text (key, hint);
  gtk_widget_set_tooltip_text (label, value);
  set_tone (label, css_class);
  if (g_strcmp0 (css_class, "tone-bad") == 0)
    gtk_widget_add_css_class (line, "alarm");
  else
    gtk_widget_remove_css_class (line, "alarm");
}

void
quo_inspector_heading (QuoInspector *self, const char *text)
{
  GtkWidget *line = take_line (self, "heading");

  if (line == NULL)
    {
      line = make_label (0);
      gtk_label_set_max_width_chars (GTK_LABEL (line), 1);
      gtk_widget_add_css_class (line, "caption-heading");
      put_line (self, "heading", line);
    }
  gtk_label_set_text (GTK_LABEL (line), text);
}

void
quo_inspector_text (QuoInspector *self, const char *text, const char *css_class)
{
  GtkWidget *line = take_line (self, "text");

  if (line == NULL)
    {
      line = make_label (0);
      gtk_label_set_max_width_chars (GTK_LABEL (line), 1);
      gtk_label_set_wrap (GTK_LABEL (line), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (line), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_lines (GTK_LABEL (line), 4);
      gtk_label_set_selectable (GTK_LABEL (line), TRUE);
      /* Else the label takes the focus from the diagram when it is made. */
      gtk_widget_set_focusable (line, FALSE);
      put_line (self, "text", line);
    }
  gtk_label_set_text (GTK_LABEL (line), text);
  set_tone (line, css_class);
}

static void
on_link (GtkButton *button, QuoInspector *self)
{
  guint64 thing
    = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (button), "quo-event"));
  QuoRun *run = quo_document_run (self->document);

  if (run == NULL || thing >= quo_trace_length (quo_run_trace (run)))
    return;
  quo_document_set_time (self->document,
                         quo_trace_time (quo_run_trace (run), thing));
  quo_document_select (self->document, quo_thing_id (QUO_THING_EVENT, thing));
}

void
quo_inspector_link (QuoInspector *self, const char *text, guint32 event)
{
  GtkWidget *line = take_line (self, "link");

  if (line == NULL)
    {
      GtkWidget *label = make_label (0);

      line = gtk_button_new ();
      gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_lines (GTK_LABEL (label), 2);
      gtk_button_set_child (GTK_BUTTON (line), label);
      gtk_button_set_has_frame (GTK_BUTTON (line), FALSE);
      gtk_widget_add_css_class (line, "link-button");
      g_signal_connect (line, "clicked", G_CALLBACK (on_link), self);
      put_line (self, "link", line);
    }
  gtk_label_set_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (line))),
                      text);
  quo_set_name (line, text);
  gtk_widget_set_tooltip_text (line, text);
  g_object_set_data (G_OBJECT (line), "quo-event", GSIZE_TO_POINTER (event));
}

/* What the row of a log says: a term or ballot if it has one, and its command; the
 * rest only where there is no command. */
static void
describe_row (QuoTrace *trace,
              const QuoFieldSpec *spec,
              const gint64 *columns,
              GString *note,
              GString *text,
              guint *ret_tint)
{
  guint n_columns = quo_columns_count (spec->columns, QUO_MAX_COLUMNS);
  gboolean has_note = FALSE;
  gboolean has_name = FALSE;

  *ret_tint = 0;
  for (guint i = 0; i < n_columns; i++)
    has_name = has_name || spec->columns[i].type == QUO_TYPE_NAME;
  for (guint i = 0; i < n_columns; i++)
    {
      const QuoColumn *column = &spec->columns[i];

      if (column->type == QUO_TYPE_INT && !has_note)
        {
          has_note = TRUE;
          g_string_append_c (note, column->id[0]);
          quo_describe_value (trace, column, columns[i], note);
          *ret_tint = quo_palette_epoch_tint (columns[i]);
          continue;
        }
      if (has_name && (column->type != QUO_TYPE_NAME || text->len > 0))
        continue;
      if (text->len > 0)
        g_string_append_c (text, ' ');
      quo_describe_value (trace, column, columns[i], text);
    }
}

void
quo_inspector_log (QuoInspector *self,
                   QuoReplay *replay,
                   guint node,
                   guint field)
{
  QuoTrace *trace = quo_replay_trace (replay);
  const QuoDeclaration *declaration = quo_trace_declaration (trace);
  const QuoTable *table = quo_replay_table (replay, node, field);
  int commit = quo_declaration_find_use (declaration, QUO_USE_COMMIT);
  gint64 committed
    = commit >= 0 ? quo_replay_scalar (replay, node, commit) : G_MAXINT64;
  guint n_rows = table != NULL ? quo_table_n_rows (table) : 0;
  guint first = n_rows > LOG_CELLS_MAX ? n_rows - LOG_CELLS_MAX : 0;
  GtkWidget *line = take_line (self, "log");

  if (line == NULL)
    {
      line = quo_cells_new (self->theme);
      put_line (self, "log", line);
    }
  quo_cells_clear (QUO_CELLS (line));
  for (guint i = first; i < n_rows; i++)
    {
      gint64 key = 0;
      const gint64 *columns = quo_table_nth (table, i, &key);
      g_autoptr (GString) note = g_string_new (NULL);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *place = g_strdup_printf ("%" G_GINT64_FORMAT, key);
      guint tint = 0;

      describe_row (trace, &declaration->fields[field], columns, note, text,
                    &tint);
      quo_cells_add (QUO_CELLS (line), place, note->str, text->str, tint,
                     key <= committed);
    }
}

void
quo_inspector_end (QuoInspector *self)
{
  while (self->cursor != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (self->cursor);

      gtk_box_remove (self->lines, self->cursor);
      self->cursor = next;
    }
}

static void
add_buttons (QuoInspector *self, GMenuModel *menu)
{
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuModel) section
        = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenuModel) submenu
        = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SUBMENU);
      g_autofree char *label = NULL;
      g_autofree char *action = NULL;
      g_autoptr (GVariant) target
        = g_menu_model_get_item_attribute_value (menu, i,
                                                 G_MENU_ATTRIBUTE_TARGET, NULL);
      GtkWidget *button = NULL;

      if (section != NULL)
        {
          add_buttons (self, section);
          continue;
        }
      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s",
                                       &label);
      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s",
                                       &action);
      if (submenu != NULL)
        {
          button = gtk_menu_button_new ();
          gtk_menu_button_set_label (GTK_MENU_BUTTON (button), label);
          gtk_menu_button_set_use_underline (GTK_MENU_BUTTON (button), TRUE);
          gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), submenu);
        }
      else
        {
          button = gtk_button_new_with_mnemonic (label);
          gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
          gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button),
                                                  target);
        }
      gtk_widget_add_css_class (button, "small-button");
      quo_name_controls (button);
      gtk_flow_box_append (GTK_FLOW_BOX (self->actions), button);
      gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
    }
}

/* The buttons are those of the context menu; they are made anew only when they
 * would be others, or a press would find its button gone. */
static void
fill_actions (QuoInspector *self)
{
  QuoRun *run = quo_document_run (self->document);
  guint64 thing = quo_document_selection (self->document);
  g_autofree char *key = NULL;
  guint64 index = quo_thing_index (thing);
  guint nth = 0;

  /* To a role or a transition nothing can be done. */
  if (run != NULL && thing != 0 && quo_thing_kind (thing) != QUO_THING_ROLE
      && quo_thing_kind (thing) != QUO_THING_TRANSITION)
    {
      QuoReplay *replay = quo_run_replay (run);
      guint from = index >> 28, to = index & ((1u << 28) - 1);
      gboolean is_node = quo_thing_kind (thing) == QUO_THING_PARTICIPANT
                         && index < quo_trace_n_nodes (quo_run_trace (run));
      gboolean is_link = quo_thing_kind (thing) == QUO_THING_LINK;

      quo_thing_in_flight (self->document, thing, &nth);
      key
        = g_strdup_printf ("%p %" G_GUINT64_FORMAT " %d %d %d %u",
                           (gpointer) run, thing,
                           is_node ? (int) quo_replay_life (replay, index) : -1,
                           quo_replay_has_cuts (replay),
                           is_link
                             ? quo_replay_is_cut (replay, from, to)
                                 + 2 * quo_replay_is_cut (replay, to, from)
                             : -1,
                           nth);
    }
  if (g_strcmp0 (key, self->actions_key) == 0)
    return;

  GtkWidget *child = NULL;

  g_free (self->actions_key);
  self->actions_key = g_steal_pointer (&key);
  while ((child = gtk_widget_get_first_child (self->actions)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->actions), child);
  if (self->actions_key != NULL)
    {
      g_autoptr (GMenuModel) menu = quo_thing_menu_new (self->document, thing);

      add_buttons (self, menu);
    }
  gtk_widget_set_visible (self->actions_box,
                          gtk_widget_get_first_child (self->actions) != NULL);
}

static void
update (QuoInspector *self)
{
  guint64 thing = quo_document_selection (self->document);
  QuoRun *run = quo_document_run (self->document);
  gboolean is_empty = thing == 0 || run == NULL;
  QuoTime time = quo_document_time (self->document);
  g_autofree char *now
    = quo_clock_text_fixed (time, quo_document_end (self->document), FALSE);
  g_autofree char *when = g_strdup_printf (_ ("at %s"), now);
  g_autofree char *title = is_empty ? g_strdup (_ ("Nothing selected"))
                                    : quo_thing_title (self->document, thing);

  self->updated_us = g_get_monotonic_time ();
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->when, is_empty ? "" : when);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), is_empty);
  quo_inspector_begin (self);
  if (!is_empty)
    {
      quo_replay_seek_time (quo_run_replay (run), time);
      quo_inspector_fill (self);
    }
  quo_inspector_end (self);
  fill_actions (self);
}

static gboolean
on_update_due (gpointer user_data)
{
  QuoInspector *self = user_data;

  self->update_source = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_time (QuoInspector *self)
{
  gint64 passed_us = g_get_monotonic_time () - self->updated_us;

  if (self->update_source != 0)
    return;
  if (passed_us >= UPDATE_EVERY_US)
    update (self);
  else
    self->update_source
      = g_timeout_add ((UPDATE_EVERY_US - passed_us) / 1000 + 1, on_update_due,
                       self);
}

static void
quo_inspector_dispose (GObject *object)
{
  QuoInspector *self = QUO_INSPECTOR (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
  g_clear_handle_id (&self->update_source, g_source_remove);
  g_clear_pointer (&self->actions_key, g_free);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (quo_inspector_parent_class)->dispose (object);
}

static void
quo_inspector_class_init (QuoInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_inspector_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoInspector, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuoInspector, title);
  gtk_widget_class_bind_template_child (widget_class, QuoInspector, when);
  gtk_widget_class_bind_template_child (widget_class, QuoInspector, hint);
  gtk_widget_class_bind_template_child (widget_class, QuoInspector, lines);
  gtk_widget_class_bind_template_child (widget_class, QuoInspector,
                                        actions_box);
  gtk_widget_class_bind_template_child (widget_class, QuoInspector, actions);
  gtk_widget_class_set_css_name (widget_class, "inspector");
}

static void
quo_inspector_init (QuoInspector *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * quo_inspector_new:
 *
 * Returns: (transfer floating): an inspector of no document
 */
GtkWidget *
quo_inspector_new (void)
{
  return g_object_new (QUO_TYPE_INSPECTOR, NULL);
}

/**
 * quo_inspector_set_document:
 * @document: whose selection is shown; to be called once
 */
void
quo_inspector_set_document (QuoInspector *self, QuoDocument *document)
{
  g_return_if_fail (QUO_IS_INSPECTOR (self));
  g_return_if_fail (self->document == NULL);

  self->document = g_object_ref (document);
  g_signal_connect_swapped (document, "notify::time", G_CALLBACK (on_time),
                            self);
  g_signal_connect_swapped (document, "notify::run", G_CALLBACK (update), self);
  g_signal_connect_swapped (document, "notify::selection", G_CALLBACK (update),
                            self);
  g_signal_connect_swapped (document, "notify::second-selection",
                            G_CALLBACK (update), self);
  update (self);
}

/**
 * quo_inspector_set_theme:
 * @theme: what logs are painted with
 */
void
quo_inspector_set_theme (QuoInspector *self, QuoThemeKind theme)
{
  g_return_if_fail (QUO_IS_INSPECTOR (self));

  if (self->theme == theme)
    return;
  self->theme = theme;
  /* The cells are made anew, in the new colours. */
  quo_inspector_begin (self);
  quo_inspector_end (self);
  if (self->document != NULL)
    update (self);
}
