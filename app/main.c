/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  const char *folder = g_getenv ("QUORATE_LOCALE_DIR");
  g_autoptr (QuoApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE,
                  folder != NULL ? folder : QUORATE_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Quorate"));

  application = quo_application_new (TRUE);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
