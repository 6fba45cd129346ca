/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/new-dialog.h"

#include "widget/names.h"

#include <glib/gi18n-lib.h>

struct _QuoNewDialog
{
  GtkWindow parent_instance;

  GtkDropDown *protocol;
  GtkLabel *summary;
  GtkSpinButton *nodes;

  QuoDocument *document;
};

G_DEFINE_FINAL_TYPE (QuoNewDialog, quo_new_dialog, GTK_TYPE_WINDOW)

static const QuoProtocol *
chosen (QuoNewDialog *self)
{
  guint selected = gtk_drop_down_get_selected (self->protocol);

  return selected != GTK_INVALID_LIST_POSITION ? quo_protocols ()[selected]
                                               : NULL;
}

static void
on_protocol (QuoNewDialog *self)
{
  const QuoProtocol *protocol = chosen (self);

  if (protocol != NULL && protocol->declaration.summary != NULL)
    gtk_label_set_text (self->summary,
                        g_dgettext (GETTEXT_PACKAGE,
                                    protocol->declaration.summary));
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
quo_new_dialog_dispose (GObject *object)
{
  g_clear_object (&QUO_NEW_DIALOG (object)->document);
  G_OBJECT_CLASS (quo_new_dialog_parent_class)->dispose (object);
}

static void
quo_new_dialog_class_init (QuoNewDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_new_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/quorate/Quorate/new-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, QuoNewDialog, protocol);
  gtk_widget_class_bind_template_child (widget_class, QuoNewDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, QuoNewDialog, nodes);
  gtk_widget_class_bind_template_callback (widget_class, on_protocol);
  gtk_widget_class_bind_template_callback (widget_class, quo_new_dialog_create);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
quo_new_dialog_init (QuoNewDialog *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  const QuoProtocol *const *protocols = quo_protocols ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  quo_name_controls (GTK_WIDGET (self));
  for (guint i = 0; protocols[i] != NULL; i++)
    gtk_string_list_append (titles,
                            g_dgettext (GETTEXT_PACKAGE,
                                        protocols[i]->declaration.title));
  gtk_drop_down_set_model (self->protocol, G_LIST_MODEL (titles));
  on_protocol (self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * quo_new_dialog_present:
 * @parent: above which it stands
 * @document: what takes the new scenario
 *
 * Returns: (transfer none): the dialog, which is shown
 */
QuoNewDialog *
quo_new_dialog_present (GtkWindow *parent, QuoDocument *document)
{
  QuoNewDialog *self
    = g_object_new (QUO_TYPE_NEW_DIALOG, "transient-for", parent, NULL);

  self->document = g_object_ref (document);
  gtk_window_present (GTK_WINDOW (self));
  /* Return makes the scenario; on the choice of protocols it would open that. */
  gtk_widget_grab_focus (gtk_window_get_default_widget (GTK_WINDOW (self)));
  return self;
}

/**
 * quo_new_dialog_create:
 *
 * Makes the scenario, puts it into the document and closes.
 */
void
quo_new_dialog_create (QuoNewDialog *self)
{
  g_return_if_fail (QUO_IS_NEW_DIALOG (self));

  const QuoProtocol *protocol = chosen (self);

  if (protocol == NULL)
    return;

  g_autoptr (QuoScenario) scenario
    = quo_scenario_new_empty (protocol,
                              gtk_spin_button_get_value_as_int (self->nodes));

  quo_document_set_scenario (self->document, scenario, NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}
