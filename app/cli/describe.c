/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A protocol's reference page, made from what it declares. */

#include "cli.h"

#include "base/error.h"
#include "sim/option.h"

#define NAME_WIDTH 24

static void
heading (const char *text)
{
  g_print ("\n%s\n", text);
}

static void
entry (const char *name,
       const char *format,
       ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (g_utf8_strlen (name, -1) > NAME_WIDTH - 2)
    g_print ("  %s\n  %*s", name, NAME_WIDTH, "");
  else
    g_print ("  %-*s", NAME_WIDTH, name);
  g_print ("%s\n", text);
}

static const char *
text_of (const char *text)
{
  return text != NULL && *text != '\0' ? _(text) : "";
}

static void
describe_roles (const QuoDeclaration *d)
{
  if (d->roles == NULL || d->roles[0].id == NULL)
    return;

  heading (_("States"));
  for (guint i = 0; d->roles[i].id != NULL; i++)
    entry (d->roles[i].id, "%s", text_of (d->roles[i].summary));
  if (d->transitions == NULL)
    return;
  heading (_("Transitions"));
  for (guint i = 0; d->transitions[i].id != NULL; i++)
    g_print ("  %s → %s: %s\n", d->roles[d->transitions[i].from].id,
             d->roles[d->transitions[i].to].id, _(d->transitions[i].id));
}

static char *
column_list (const QuoColumn *columns,
             guint            max)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < quo_columns_count (columns, max); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", columns[i].id);

  return g_string_free (text, FALSE);
}

static void
describe_messages (const QuoDeclaration *d)
{
  if (d->messages == NULL || d->messages[0].id == NULL)
    return;

  heading (_("Messages"));
  for (guint i = 0; d->messages[i].id != NULL; i++)
    {
      g_autofree char *fields = column_list (d->messages[i].fields,
                                             QUO_MAX_MESSAGE_FIELDS);
      g_autofree char *row = column_list (d->messages[i].row, QUO_MAX_COLUMNS);

      entry (d->messages[i].id, "%s", text_of (d->messages[i].summary));
      if (*fields != '\0' || *row != '\0')
        g_print ("  %*s(%s%s%s%s)\n", NAME_WIDTH, "", fields,
                 *row != '\0' ? (*fields != '\0' ? "; [" : "[") : "", row,
                 *row != '\0' ? "]…" : "");
    }
}

static void
describe_fields (const QuoDeclaration *d)
{
  static const char * const shapes[] = { "", "log", "map", "vector", "set" };

  if (d->fields == NULL || d->fields[0].id == NULL)
    return;

  heading (_("Fields of a node"));
  for (guint i = 0; d->fields[i].id != NULL; i++)
    {
      const QuoFieldSpec *f = &d->fields[i];

      entry (f->id, "%s%s%s%s", text_of (f->summary),
             f->storage == QUO_STORAGE_DURABLE ? _(" [on disk]") : "",
             f->shape != QUO_SHAPE_SCALAR ? " " : "", shapes[f->shape]);
    }
}

static void
describe_options (const QuoDeclaration *d)
{
  if (d->options == NULL || d->options[0].id == NULL)
    return;

  heading (_("Options"));
  for (guint i = 0; d->options[i].id != NULL; i++)
    {
      const QuoOptionSpec *o = &d->options[i];
      g_autofree char *allowed = quo_option_allowed (o);

      entry (o->id, "%s", text_of (o->summary));
      g_print (_("  %*s%s; default %s\n"), NAME_WIDTH, "", allowed,
               o->initial != NULL && *o->initial != '\0' ? o->initial : _("none"));
    }
}

static void
describe_writes (const QuoDeclaration *d)
{
  if (d->writes == NULL || d->writes[0].id == NULL)
    return;

  heading (_("Durable writes"));
  for (guint i = 0; d->writes[i].id != NULL; i++)
    entry (d->writes[i].id, "%s%s", text_of (d->writes[i].summary),
           d->writes[i].is_forced ? _(" [forced]") : _(" [lazy]"));
}

static void
describe_rest (const QuoDeclaration *d)
{
  if (d->timers != NULL && d->timers[0].id != NULL)
    {
      heading (_("Timers"));
      for (guint i = 0; d->timers[i].id != NULL; i++)
        entry (d->timers[i].id, "%s", text_of (d->timers[i].summary));
    }
  if (d->commands != NULL && d->commands[0].id != NULL)
    {
      heading (_("Actions of its own for the script"));
      for (guint i = 0; d->commands[i].id != NULL; i++)
        {
          g_autofree char *fields = column_list (d->commands[i].fields,
                                                 QUO_MAX_COLUMNS);

          entry (d->commands[i].id, "%s%s%s%s", text_of (d->commands[i].summary),
                 *fields != '\0' ? " (" : "", fields, *fields != '\0' ? ")" : "");
        }
    }
  if (d->invariants != NULL && d->invariants[0].id != NULL)
    {
      heading (_("Invariants, checked after every step"));
      for (guint i = 0; d->invariants[i].id != NULL; i++)
        entry (d->invariants[i].id, "%s", text_of (d->invariants[i].summary));
    }
  if (d->faults != NULL && d->faults[0].id != NULL)
    {
      heading (_("Known faults that a scenario may switch on"));
      for (guint i = 0; d->faults[i].id != NULL; i++)
        entry (d->faults[i].id, "%s", text_of (d->faults[i].summary));
    }
  if (d->measures != NULL && d->measures[0].id != NULL)
    {
      heading (_("Measures"));
      for (guint i = 0; d->measures[i].id != NULL; i++)
        entry (d->measures[i].id, "%s [%s]", text_of (d->measures[i].summary),
               d->measures[i].unit);
    }
}

static void
describe (const QuoProtocol *protocol)
{
  const QuoDeclaration *d = &protocol->declaration;

  g_print ("%s (%s)\n\n", _(d->title), d->id);
  if (d->summary != NULL)
    quo_cli_wrap (_(d->summary), 0);
  if (d->n_nodes_max > 0)
    g_print (_("\nUp to %u nodes\n"), d->n_nodes_max);
  describe_roles (d);
  describe_messages (d);
  describe_fields (d);
  describe_options (d);
  describe_writes (d);
  describe_rest (d);
  if (d->sources == NULL)
    return;
  heading (_("Sources"));
  for (guint i = 0; d->sources[i] != NULL; i++)
    g_print ("  %s\n", d->sources[i]);
}

static QuoExit
unknown_protocol (const char *id)
{
  const QuoProtocol * const *all = quo_protocols ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *names = NULL;

  for (guint i = 0; all[i] != NULL; i++)
    g_ptr_array_add (ids, (gpointer) all[i]->declaration.id);
  g_ptr_array_add (ids, NULL);
  names = g_strjoinv (", ", (char **) ids->pdata);

  return quo_cli_usage (_("there is no protocol “%s”; there are %s"), id, names);
}

/**
 * quo_command_describe:
 * @argc: of the command
 * @argv: of the command
 *
 * Returns: how to exit
 */
QuoExit
quo_command_describe (int    argc,
                      char **argv)
{
  const QuoProtocol * const *all = quo_protocols ();
  const QuoProtocol *protocol;
  QuoExit status;

  if (!quo_cli_parse ("describe [PROTOCOL]", NULL, &argc, &argv, &status))
    return status;
  if (argc > 2)
    return quo_cli_usage ("%s", _("“describe” takes one protocol"));

  if (argc == 1)
    {
      for (guint i = 0; all[i] != NULL; i++)
        g_print ("%-20s  %s\n", all[i]->declaration.id,
                 text_of (all[i]->declaration.title));
      return QUO_EXIT_OK;
    }

  protocol = quo_protocol_find (argv[1]);
  if (protocol == NULL)
    return unknown_protocol (argv[1]);
  describe (protocol);

  return QUO_EXIT_OK;
}
