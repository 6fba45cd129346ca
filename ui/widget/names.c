/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/names.h"

/**
 * quo_set_name:
 * @name: what a screen reader calls @widget; a mnemonic's underscore is left out
 */
void
quo_set_name (GtkWidget *widget, const char *name)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (name != NULL);

  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    if (*at != '_' || at[1] == '_')
      g_string_append_c (plain, *at);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, plain->str,
                                  -1);
}

static void
name_menu_button (GtkMenuButton *button)
{
  const char *label = gtk_menu_button_get_label (button);
  GtkWidget *toggle = gtk_widget_get_first_child (GTK_WIDGET (button));

  if (label == NULL)
    return;
  quo_set_name (GTK_WIDGET (button), label);
  /* What has the focus is the button within. */
  if (toggle != NULL)
    quo_set_name (toggle, label);
}

/**
 * quo_name_controls:
 * @root: a window, or a part of one
 *
 * Names every button below it by its label. GTK 4.8 reads out a label with the
 * underscore of its mnemonic, and the type of the button in a menu button or in a
 * drop-down.
 */
void
quo_name_controls (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_MENU_BUTTON (root))
    {
      name_menu_button (GTK_MENU_BUTTON (root));
      return;
    }
  if (GTK_IS_DROP_DOWN (root))
    {
      gtk_accessible_update_relation (GTK_ACCESSIBLE (
                                        gtk_widget_get_first_child (root)),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, root,
                                      NULL, -1);
      return;
    }
  if (GTK_IS_BUTTON (root) && gtk_button_get_label (GTK_BUTTON (root)) != NULL)
    quo_set_name (root, gtk_button_get_label (GTK_BUTTON (root)));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_POPOVER (child))
      quo_name_controls (child);
}
