/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/action-dialog.h"

#include "widget/names.h"

#include "scenario/form.h"
#include "window/action-value.h"

#include <glib/gi18n-lib.h>

struct _QuoActionDialog
{
  GtkWindow parent_instance;

  GtkDropDown *what;
  GtkLabel *summary;
  GtkGrid *grid;
  GtkLabel *error_label;
  GtkButton *apply_button;

  QuoDocument *document;
  JsonObject *action; /* what the entries begin with */
  int nth;            /* of the script; -1: a new one */
  GPtrArray *names;   /* of const char, what can be chosen, in order */
  GPtrArray *entries; /* of Entry */
  gboolean is_filling;
};

/* One line of the form. */
typedef struct
{
  const char *parent; /* the object that the key stands in, or NULL */
  const char *key;
  const QuoForm *form; /* NULL: a field of a protocol's command */
  GtkWidget *widget;   /* an editable, or a combo box with one */
} Entry;

G_DEFINE_FINAL_TYPE (QuoActionDialog, quo_action_dialog, GTK_TYPE_WINDOW)

static const QuoCommandSpec *
find_command (QuoActionDialog *self, const char *name)
{
  const QuoDeclaration *declaration
    = &quo_scenario_protocol (quo_document_scenario (self->document))
         ->declaration;
  int index = quo_declaration_find_command (declaration, name);

  return index >= 0 ? &declaration->commands[index] : NULL;
}

static const QuoVariant *
find_variant (const char *name)
{
  const QuoVariant *variants = quo_form_action.variants;

  for (guint i = 0; variants[i].name != NULL; i++)
    if (g_str_equal (variants[i].name, name))
      return &variants[i];
  return NULL;
}

static const char *
chosen_name (QuoActionDialog *self)
{
  guint selected = gtk_drop_down_get_selected (self->what);

  return selected < self->names->len ? g_ptr_array_index (self->names, selected)
                                     : NULL;
}

/* What a person may want to choose from; anything else can be typed. */
static void
add_choices (QuoActionDialog *self, GtkComboBoxText *combo, const char *key)
{
  QuoScenario *scenario = quo_document_scenario (self->document);
  const QuoDeclaration *declaration
    = &quo_scenario_protocol (scenario)->declaration;
  guint n_nodes = quo_scenario_n_nodes (scenario);
  guint n_all = n_nodes + quo_scenario_n_clients (scenario);
  gboolean is_client = g_str_equal (key, "client");
  gboolean is_node = g_str_equal (key, "node") || g_str_equal (key, "from")
                     || g_str_equal (key, "to");

  for (guint i = is_client ? n_nodes : 0;
       (is_client || is_node)
       && i < MIN (n_all, (is_client ? n_nodes : 0) + 100);
       i++)
    {
      g_autofree char *name = quo_scenario_participant (scenario, i);

      gtk_combo_box_text_append_text (combo, name);
    }
  for (guint i = 0; is_node && i < quo_declaration_n_roles (declaration); i++)
    {
      g_autofree char *role = g_strconcat ("@", declaration->roles[i].id, NULL);

      gtk_combo_box_text_append_text (combo, role);
    }
  for (guint i = 0;
       g_str_equal (key, "timer") && i < quo_declaration_n_timers (declaration);
       i++)
    gtk_combo_box_text_append_text (combo, declaration->timers[i].id);
  for (guint i = 0; g_str_equal (key, "kind")
                    && i < quo_declaration_n_messages (declaration);
       i++)
    gtk_combo_box_text_append_text (combo, declaration->messages[i].id);
  for (guint i = 0; g_str_equal (key, "option") && declaration->options != NULL
                    && declaration->options[i].id != NULL;
       i++)
    gtk_combo_box_text_append_text (combo, declaration->options[i].id);
  if (g_str_equal (key, "one-way") || g_str_equal (key, "fifo")
      || g_str_equal (key, "reorder"))
    {
      gtk_combo_box_text_append_text (combo, "true");
      gtk_combo_box_text_append_text (combo, "false");
    }
}

static gboolean
has_choices (const char *key)
{
  static const char *const keys[]
    = { "client", "node",   "from",    "to",   "timer",
        "kind",   "option", "one-way", "fifo", "reorder" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i], key))
      return TRUE;
  return FALSE;
}

static GtkEditable *
editable_of (const Entry *entry)
{
  if (GTK_IS_COMBO_BOX (entry->widget))
    return GTK_EDITABLE (
      gtk_combo_box_get_child (GTK_COMBO_BOX (entry->widget)));
  return GTK_EDITABLE (entry->widget);
}

static void
add_entry (QuoActionDialog *self,
           const char *parent,
           const char *key,
           const QuoForm *form,
           const char *summary)
{
  Entry *entry = g_new0 (Entry, 1);
  JsonObject *object = self->action;
  g_autofree char *text = NULL;
  g_autofree char *name = g_strdelimit (g_strdup (key), "-", ' ');
  GtkWidget *label = gtk_label_new (name);

  entry->parent = parent;
  entry->key = key;
  entry->form = form;
  if (has_choices (key))
    {
      entry->widget = gtk_combo_box_text_new_with_entry ();
      add_choices (self, GTK_COMBO_BOX_TEXT (entry->widget), key);
    }
  else
    entry->widget = gtk_entry_new ();

  GtkEntry *field = GTK_ENTRY (editable_of (entry));

  gtk_entry_set_activates_default (field, TRUE);
  if (summary != NULL)
    gtk_entry_set_placeholder_text (field,
                                    g_dgettext (GETTEXT_PACKAGE, summary));
  if (parent != NULL)
    object = json_object_has_member (object, parent)
               ? json_object_get_object_member (object, parent)
               : NULL;
  if (object != NULL && json_object_has_member (object, key))
    text = quo_action_value_to_text (json_object_get_member (object, key));
  gtk_editable_set_text (GTK_EDITABLE (field), text != NULL ? text : "");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (field));
  gtk_widget_set_hexpand (entry->widget, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (field),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_grid_attach (self->grid, label, 0, self->entries->len, 1, 1);
  gtk_grid_attach (self->grid, entry->widget, 1, self->entries->len, 1, 1);
  g_ptr_array_add (self->entries, entry);
}

static void
add_keys (QuoActionDialog *self, const char *parent, const QuoKey *keys)
{
  for (guint i = 0; keys[i].name != NULL; i++)
    {
      if (g_str_equal (keys[i].name, "do"))
        continue;
      if (parent == NULL && keys[i].form->kind == QUO_FORM_OBJECT)
        add_keys (self, keys[i].name, keys[i].form->keys);
      else
        add_entry (self, parent, keys[i].name, keys[i].form, keys[i].summary);
    }
}

static void
fill (QuoActionDialog *self)
{
  const char *name = chosen_name (self);
  const QuoVariant *variant = name != NULL ? find_variant (name) : NULL;
  const QuoCommandSpec *command
    = name != NULL && variant == NULL ? find_command (self, name) : NULL;
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  g_ptr_array_set_size (self->entries, 0);
  gtk_label_set_text (self->summary, "");
  if (variant != NULL)
    {
      gtk_label_set_text (self->summary,
                          g_dgettext (GETTEXT_PACKAGE, variant->summary));
      add_keys (self, NULL, variant->keys);
    }
  else if (command != NULL)
    {
      gtk_label_set_text (self->summary,
                          g_dgettext (GETTEXT_PACKAGE, command->summary));
      add_keys (self, NULL, quo_command_keys);
      for (guint i = 0;
           i < quo_columns_count (command->fields, QUO_MAX_COLUMNS); i++)
        add_entry (self, NULL, command->fields[i].id, NULL, NULL);
    }
  if (self->entries->len > 0)
    gtk_widget_grab_focus (
      GTK_WIDGET (editable_of (g_ptr_array_index (self->entries, 0))));
}

/* What is filled in so far, so that another choice finds what it shares. */
static JsonObject *
collect (QuoActionDialog *self)
{
  JsonObject *action = json_object_new ();

  json_object_set_string_member (action, "do", chosen_name (self));
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);
      const char *text = gtk_editable_get_text (editable_of (entry));
      JsonObject *object = action;

      if (*text == '\0')
        continue;
      if (entry->parent != NULL)
        {
          if (!json_object_has_member (action, entry->parent))
            json_object_set_object_member (action, entry->parent,
                                           json_object_new ());
          object = json_object_get_object_member (action, entry->parent);
        }
      json_object_set_member (object, entry->key,
                              quo_action_value_from_text (entry->form,
                                                          entry->key, text));
    }
  return action;
}

static void
on_what (QuoActionDialog *self)
{
  if (self->is_filling)
    return;
  if (self->entries->len > 0)
    {
      JsonObject *action = collect (self);

      json_object_unref (self->action);
      self->action = action;
    }
  fill (self);
}

/* Durable fields before the start are written by hand: they depend on the
 * protocol's tables. Their time can still be looked at. */
static void
fill_names (QuoActionDialog *self)
{
  const QuoVariant *variants = quo_form_action.variants;
  const QuoDeclaration *declaration
    = &quo_scenario_protocol (quo_document_scenario (self->document))
         ->declaration;
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  const char *wanted = json_object_has_member (self->action, "do")
                         ? json_object_get_string_member (self->action, "do")
                         : "crash";
  guint selected = 0;

  for (guint i = 0; variants[i].name != NULL; i++)
    if (!variants[i].has_fields)
      g_ptr_array_add (self->names, (gpointer) variants[i].name);
  for (guint i = 0;
       declaration->commands != NULL && declaration->commands[i].id != NULL;
       i++)
    g_ptr_array_add (self->names, (gpointer) declaration->commands[i].id);
  for (guint i = 0; i < self->names->len; i++)
    {
      const char *name = g_ptr_array_index (self->names, i);
      g_autofree char *title = g_strdelimit (g_strdup (name), "-", ' ');

      gtk_string_list_append (titles, title);
      if (g_str_equal (name, wanted))
        selected = i;
    }
  self->is_filling = TRUE;
  gtk_drop_down_set_model (self->what, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->what, selected);
  self->is_filling = FALSE;
}

static void
on_apply (QuoActionDialog *self)
{
  quo_action_dialog_apply (self);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        GtkWindow *window)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (window);
  return GDK_EVENT_STOP;
}

static void
quo_action_dialog_dispose (GObject *object)
{
  QuoActionDialog *self = QUO_ACTION_DIALOG (object);

  g_clear_object (&self->document);
  g_clear_pointer (&self->action, json_object_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  G_OBJECT_CLASS (quo_action_dialog_parent_class)->dispose (object);
}

static void
quo_action_dialog_class_init (QuoActionDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_action_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/action-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoActionDialog, what);
  gtk_widget_class_bind_template_child (widget_class, QuoActionDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, QuoActionDialog, grid);
  gtk_widget_class_bind_template_child (widget_class, QuoActionDialog,
                                        error_label);
  gtk_widget_class_bind_template_child (widget_class, QuoActionDialog,
                                        apply_button);
  gtk_widget_class_bind_template_callback (widget_class, on_what);
  gtk_widget_class_bind_template_callback (widget_class, on_apply);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
quo_action_dialog_init (QuoActionDialog *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->nth = -1;
  self->names = g_ptr_array_new ();
  self->entries = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * quo_action_dialog_present:
 * @parent: above which it stands
 * @document: whose script it is about; must have a scenario
 * @action: (transfer none): what is known of the action; may be empty
 * @nth: which action of the script it replaces; -1 for a new one
 *
 * Returns: (transfer none): the dialog, which is shown
 */
QuoActionDialog *
quo_action_dialog_present (GtkWindow *parent,
                           QuoDocument *document,
                           JsonObject *action,
                           int nth)
{
  QuoActionDialog *self
    = g_object_new (QUO_TYPE_ACTION_DIALOG, "transient-for", parent, NULL);

  self->document = g_object_ref (document);
  self->action = json_object_ref (action);
  self->nth = nth;
  if (nth < 0 && !json_object_has_member (action, "at"))
    {
      g_autofree char *now = quo_time_format (quo_document_time (document));

      json_object_set_string_member (self->action, "at", now);
    }
  if (nth >= 0)
    {
      gtk_window_set_title (GTK_WINDOW (self), _ ("Change an Action"));
      gtk_button_set_label (self->apply_button, _ ("_Change"));
      quo_name_controls (GTK_WIDGET (self->apply_button));
    }
  fill_names (self);
  fill (self);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}

/**
 * quo_action_dialog_set:
 * @key: of the action; one that the form does not have is left out
 * @text: as a person would type it
 *
 * Fills in one line.
 */
void
quo_action_dialog_set (QuoActionDialog *self, const char *key, const char *text)
{
  g_return_if_fail (QUO_IS_ACTION_DIALOG (self));

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      if (g_str_equal (entry->key, key))
        gtk_editable_set_text (editable_of (entry), text);
    }
}

/**
 * quo_action_dialog_apply:
 *
 * Puts the action into the script and closes; what is wrong with it is said in the
 * dialog, which then stays.
 *
 * Returns: whether the script has the action
 */
gboolean
quo_action_dialog_apply (QuoActionDialog *self)
{
  g_return_val_if_fail (QUO_IS_ACTION_DIALOG (self), FALSE);

  g_autoptr (JsonObject) action = collect (self);
  g_autoptr (GError) error = NULL;

  if (self->nth < 0)
    quo_document_act (self->document, action, &error);
  else
    {
      g_autoptr (QuoScenario) next
        = quo_scenario_with_action_at (quo_document_scenario (self->document),
                                       self->nth, action, &error);
      g_autofree char *text
        = next != NULL ? quo_scenario_action_text (next, self->nth) : NULL;
      g_autofree char *name = g_strdup_printf (_ ("Change to “%s”"), text);

      if (next != NULL)
        quo_document_edit (self->document, next, name, TRUE);
    }
  if (error != NULL)
    {
      gtk_label_set_text (self->error_label, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
      return FALSE;
    }
  gtk_window_destroy (GTK_WINDOW (self));
  return TRUE;
}
