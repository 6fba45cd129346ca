/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the commands of quorate-cli share. */

#include "scenario/run.h"
#include "scenario/scenario.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

G_BEGIN_DECLS

typedef enum
{
  QUO_EXIT_OK,
  QUO_EXIT_INPUT,      /* a file is wrong, or cannot be read or written */
  QUO_EXIT_USAGE,
  QUO_EXIT_UNEXPECTED, /* an expectation of the scenario failed */
  QUO_EXIT_CUT_SHORT   /* the run reached a limit of the scenario */
} QuoExit;

typedef struct
{
  const char *id;
  const char *arguments;
  const char *summary;
  QuoExit   (*run) (int argc, char **argv);
} QuoCommand;

QuoExit      quo_command_run      (int                  argc,
                                   char               **argv);
QuoExit      quo_command_export   (int                  argc,
                                   char               **argv);
QuoExit      quo_command_views    (int                  argc,
                                   char               **argv);
QuoExit      quo_command_validate (int                  argc,
                                   char               **argv);
QuoExit      quo_command_describe (int                  argc,
                                   char               **argv);
QuoExit      quo_command_list     (int                  argc,
                                   char               **argv);
QuoExit      quo_command_script   (int                  argc,
                                   char               **argv);
QuoExit      quo_command_sweep    (int                  argc,
                                   char               **argv);

/* Options and messages. */
gboolean     quo_cli_parse        (const char          *command,
                                   const GOptionEntry  *entries,
                                   int                 *argc,
                                   char              ***argv,
                                   QuoExit             *ret_exit);
QuoExit      quo_cli_usage        (const char          *format,
                                   ...) G_GNUC_PRINTF (1, 2);
QuoExit      quo_cli_fail         (const GError        *error);
gboolean     quo_cli_format       (const char          *text,
                                   const char * const  *formats,
                                   guint               *ret_format);

/* Scenarios. */
char        *quo_cli_find         (const char          *file);
char       **quo_cli_shipped      (void);
QuoScenario *quo_cli_load         (const char          *file,
                                   char               **settings,
                                   GError             **error);
QuoRun      *quo_cli_run          (QuoScenario         *scenario);

/* Text. */
char        *quo_cli_amount       (double               value,
                                   const char          *unit);
void         quo_cli_table        (char               **cells,
                                   guint                n_columns);
void         quo_cli_wrap         (const char          *text,
                                   guint                indent);

/* Progress of long work, on standard error when that is a terminal. */
void         quo_cli_progress     (const char          *what,
                                   double               done);
void         quo_cli_progress_end (void);

G_END_DECLS
