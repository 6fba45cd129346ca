/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sim/describe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char * const kind_ids[QUO_N_EVENT_KINDS] = {
  "start", "send", "deliver", "lose", "timeout", "sync", "command", "crash",
  "restart", "pause", "resume", "links", "action", "invoke", "return", "note",
  "violation", "skew", "disk-lost", "fallback"
};

static const char * const loss_texts[QUO_N_LOSSES] = {
  NC_("loss", "lost"), NC_("loss", "cut"), NC_("loss", "receiver down"),
  NC_("loss", "dropped")
};

/**
 * quo_event_kind_id:
 * @kind: a kind of event
 *
 * Returns: (transfer none): its name in listings and files
 */
const char *
quo_event_kind_id (QuoEventKind kind)
{
  g_return_val_if_fail (kind < QUO_N_EVENT_KINDS, "");

  return kind_ids[kind];
}

/**
 * quo_describe_loss:
 * @loss: a reason
 *
 * Returns: (transfer none): why a message did not arrive, in a word or two,
 *   translated
 */
const char *
quo_describe_loss (QuoLoss loss)
{
  g_return_val_if_fail (loss < QUO_N_LOSSES, "");

  return g_dpgettext2 (GETTEXT_PACKAGE, "loss", loss_texts[loss]);
}

static void
describe_participant (QuoTrace *trace,
                      gint64    participant,
                      GString  *out)
{
  char buffer[32];
  guint n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);

  if (participant < 0 || participant >= n)
    g_string_append (out, "none");
  else
    g_string_append (out, quo_trace_label (trace, (guint) participant, buffer));
}

/* Fills a participant's name into words with one place for it. */
static void
tell_of (const char *words,
         QuoTrace   *trace,
         gint64      participant,
         GString    *out)
{
  g_autoptr (GString) name = g_string_new (NULL);

  describe_participant (trace, participant, name);
  g_string_append_printf (out, words, name->str);
}

static void
describe_time (QuoTime  time,
               GString *out)
{
  g_autofree char *text = NULL;

  if (time == QUO_TIME_NEVER)
    {
      g_string_append (out, "never");
      return;
    }
  text = quo_time_format_short (time, 4);
  g_string_append (out, text);
}

/**
 * quo_describe_value:
 * @trace: the trace that the value is from
 * @column: how it is to be read
 * @value: the value
 * @out: where its text is added
 */
void
quo_describe_value (QuoTrace        *trace,
                    const QuoColumn *column,
                    gint64           value,
                    GString         *out)
{
  switch (column->type)
    {
    case QUO_TYPE_BOOL:
      g_string_append (out, value != 0 ? "yes" : "no");
      break;
    case QUO_TYPE_ENUM:
      for (gint64 i = 0; column->values[i] != NULL; i++)
        if (i == value)
          {
            g_string_append (out, column->values[i]);
            return;
          }
      g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
      break;
    case QUO_TYPE_NODE:
      describe_participant (trace, value, out);
      break;
    case QUO_TYPE_TIME:
    case QUO_TYPE_DURATION:
      describe_time (value, out);
      break;
    case QUO_TYPE_NAME:
      g_string_append (out, quo_names_get (quo_trace_names (trace),
                                           (guint32) value));
      break;
    case QUO_TYPE_INT:
    case QUO_TYPE_NONE:
    default:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
      break;
    }
}

/* Fills {name} with the value of that column and {#} with the number of rows. */
static void
fill_label (QuoTrace        *trace,
            const char      *label,
            const QuoColumn *columns,
            const QuoEvent  *event,
            GString         *out)
{
  gsize start = out->len;

  for (const char *p = label; *p != '\0'; p++)
    {
      const char *end = *p == '{' ? strchr (p, '}') : NULL;
      gsize length;

      if (end == NULL)
        {
          g_string_append_c (out, *p);
          continue;
        }
      length = (gsize) (end - p) - 1;
      if (length == 1 && p[1] == '#')
        g_string_append_printf (out, "%u", event->n_rows);
      for (guint i = 0; i < event->n_values; i++)
        if (strlen (columns[i].id) == length
            && strncmp (columns[i].id, p + 1, length) == 0)
          quo_describe_value (trace, &columns[i], event->values[i], out);
      p = end;
    }

  /* A value that is empty leaves its space behind. */
  while (out->len > start && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
}

/**
 * quo_describe_message:
 * @trace: a trace
 * @send: a send, or a delivery, of it
 * @out: where the message's label is added: "AppendEntries t=3 prev=7/2 +2"
 */
void
quo_describe_message (QuoTrace       *trace,
                      const QuoEvent *send,
                      GString        *out)
{
  const QuoMessageSpec *spec;
  const char *label;
  const char *bar;

  spec = quo_declaration_message (quo_trace_declaration (trace), send->what);
  label = spec->label != NULL ? spec->label : spec->id;
  bar = strchr (label, '|');
  if (bar != NULL && send->n_rows == 0)
    {
      g_autofree char *empty = g_strndup (label, (gsize) (bar - label));

      fill_label (trace, empty, spec->fields, send, out);
      return;
    }
  fill_label (trace, bar != NULL ? bar + 1 : label, spec->fields, send, out);
}

/**
 * quo_describe_note:
 * @trace: a trace
 * @note: a note of it
 * @out: where the note's text is added
 */
void
quo_describe_note (QuoTrace       *trace,
                   const QuoEvent *note,
                   GString        *out)
{
  const QuoNoteSpec *spec = &quo_trace_declaration (trace)->notes[note->what];

  fill_label (trace, spec->label != NULL ? _(spec->label) : spec->id, spec->fields,
              note, out);
}

static void
describe_loss (QuoTrace       *trace,
               const QuoEvent *event,
               GString        *out)
{
  QuoEvent send;

  quo_trace_read (trace, event->cause, &send);
  quo_describe_message (trace, &send, out);
  tell_of (_(" from %s"), trace, send.node, out);
  tell_of (_(" to %s"), trace, send.to, out);
  g_string_append_printf (out, ": %s", quo_describe_loss (event->what));
}

static void
describe_links (QuoTrace       *trace,
                const QuoEvent *event,
                GString        *out)
{
  switch ((QuoLinksChange) event->what)
    {
    case QUO_LINKS_PARTITION:
      {
        gint64 last = 0;

        g_string_append (out, _("partition "));
        for (guint i = 0; i < event->n_rows; i++)
          last = MAX (last, event->rows[i]);
        for (gint64 group = 0; group <= last; group++)
          {
            gboolean is_first = TRUE;

            if (group > 0)
              g_string_append (out, " | ");
            for (guint i = 0; i < quo_trace_n_nodes (trace) && out->len < 200; i++)
              if (event->rows[i] == group)
                {
                  if (!is_first)
                    g_string_append (out, ", ");
                  describe_participant (trace, i, out);
                  is_first = FALSE;
                }
          }
      }
      break;
    case QUO_LINKS_CUT:
    case QUO_LINKS_RESTORE:
      tell_of (event->what == QUO_LINKS_CUT ? _("cut %s") : _("restore %s"), trace,
               event->values[0], out);
      tell_of (_(" to %s"), trace, event->values[1], out);
      break;
    case QUO_LINKS_LOSS:
      if (event->values[0] == 0)
        g_string_append (out, _("loss ends"));
      else
        g_string_append_printf (out, _("%.3g %% of messages are lost"),
                                (double) event->values[0] / 1e4);
      break;
    case QUO_LINKS_HEAL:
    default:
      g_string_append (out, _("heal"));
      break;
    }
}

static void
describe_timeout (QuoTrace       *trace,
                  const QuoEvent *event,
                  GString        *out)
{
  const QuoDeclaration *d = quo_trace_declaration (trace);

  if (event->what == QUO_TIMER_REQUEST)
    g_string_append (out, _("request timeout"));
  else
    g_string_append_printf (out, _("%s timeout"), d->timers[event->what].id);
}

/**
 * quo_describe_fallback:
 * @trace: a trace
 * @fallback: a fallback of it
 * @out: where it is said from where the answer is and how old it may be:
 *   "cache, up to 1.2 s old"
 */
void
quo_describe_fallback (QuoTrace       *trace,
                       const QuoEvent *fallback,
                       GString        *out)
{
  g_string_append (out, quo_fallback_names[fallback->what]);
  if (fallback->what != QUO_FALLBACK_CACHE)
    {
      QuoEvent delivery;

      quo_trace_read (trace, fallback->cause, &delivery);
      g_string_append (out, ", ");
      describe_participant (trace, delivery.to, out);
    }
  if (fallback->values[3] < 0)
    g_string_append (out, ", of unknown age");
  else
    {
      g_string_append (out, ", up to ");
      describe_time (fallback->values[3], out);
      g_string_append (out, " old");
    }
}

static void
describe_answer (QuoTrace       *trace,
                 const QuoEvent *event,
                 GString        *out)
{
  const QuoNames *names = quo_trace_names (trace);

  g_string_append_printf (out, "%s = %s (",
                          quo_names_get (names, (guint32) event->values[1]),
                          quo_names_get (names, (guint32) event->values[2]));
  quo_describe_fallback (trace, event, out);
  g_string_append_c (out, ')');
}

static void
describe_operation (QuoTrace       *trace,
                    const QuoEvent *event,
                    GString        *out)
{
  const QuoNames *names = quo_trace_names (trace);

  if (event->kind == QUO_EVENT_INVOKE)
    {
      const char *value = quo_names_get (names, (guint32) event->values[2]);

      g_string_append_printf (out, "%s %s", quo_op_names[event->what],
                              quo_names_get (names, (guint32) event->values[1]));
      if (*value != '\0')
        g_string_append_printf (out, " = %s", value);
      return;
    }

  g_string_append (out, quo_status_names[event->what]);
  if (event->values[1] != 0)
    g_string_append_printf (out, ": %s",
                            quo_names_get (names, (guint32) event->values[1]));
  if (event->cause != QUO_NO_EVENT
      && quo_trace_kind (trace, event->cause) == QUO_EVENT_FALLBACK)
    {
      QuoEvent fallback;

      quo_trace_read (trace, event->cause, &fallback);
      g_string_append (out, " (");
      quo_describe_fallback (trace, &fallback, out);
      g_string_append_c (out, ')');
    }
}

static void
describe_skew (const QuoEvent *event,
               GString        *out)
{
  g_autofree char *jump = quo_time_format_short (event->values[0], 4);

  g_string_append_printf (out, "clock %s%s", event->values[0] < 0 ? "" : "+", jump);
  if (event->values[1] != 0)
    g_string_append_printf (out, ", drift %g ppm",
                            (double) event->values[1] / 1000);
}

/* Whether the script left the field out. */
static gboolean
is_left_out (QuoTrace        *trace,
             const QuoColumn *field,
             gint64           value)
{
  return field->type == QUO_TYPE_NAME
         && *quo_names_get (quo_trace_names (trace), (guint32) value) == '\0';
}

static void
describe_command (QuoTrace       *trace,
                  const QuoEvent *event,
                  GString        *out)
{
  const QuoCommandSpec *spec =
    &quo_trace_declaration (trace)->commands[event->what];

  g_string_append (out, spec->id);
  for (guint i = 0; i < event->n_values; i++)
    {
      if (is_left_out (trace, &spec->fields[i], event->values[i]))
        continue;
      g_string_append_printf (out, " %s=", spec->fields[i].id);
      quo_describe_value (trace, &spec->fields[i], event->values[i], out);
    }
}

/**
 * quo_describe_event:
 * @trace: a trace
 * @event: an event of it
 * @out: where a line on what happened is added, without time and participant
 */
void
quo_describe_event (QuoTrace       *trace,
                    const QuoEvent *event,
                    GString        *out)
{
  const QuoDeclaration *d = quo_trace_declaration (trace);

  switch (event->kind)
    {
    case QUO_EVENT_SEND:
      quo_describe_message (trace, event, out);
      tell_of (_(" to %s"), trace, event->to, out);
      break;
    case QUO_EVENT_DELIVER:
      quo_describe_message (trace, event, out);
      tell_of (_(" from %s"), trace, event->to, out);
      break;
    case QUO_EVENT_LOSE:
      describe_loss (trace, event, out);
      break;
    case QUO_EVENT_TIMEOUT:
      describe_timeout (trace, event, out);
      break;
    case QUO_EVENT_SYNC:
      g_string_append_printf (out, _("%s on disk"), d->writes[event->what].id);
      break;
    case QUO_EVENT_COMMAND:
      describe_command (trace, event, out);
      break;
    case QUO_EVENT_LINKS:
      describe_links (trace, event, out);
      break;
    case QUO_EVENT_ACTION:
      g_string_append_printf (out, _("action %u of the script"), event->what + 1);
      break;
    case QUO_EVENT_INVOKE:
    case QUO_EVENT_RETURN:
      describe_operation (trace, event, out);
      break;
    case QUO_EVENT_NOTE:
      quo_describe_note (trace, event, out);
      break;
    case QUO_EVENT_VIOLATION:
      g_string_append_printf (out, _("%s violated: %s"),
                              d->invariants[event->what].id,
                              quo_names_get (quo_trace_names (trace),
                                             (guint32) event->values[0]));
      break;
    case QUO_EVENT_SKEW:
      describe_skew (event, out);
      break;
    case QUO_EVENT_DISK_LOST:
      g_string_append (out, _("disk lost"));
      break;
    case QUO_EVENT_FALLBACK:
      describe_answer (trace, event, out);
      break;
    case QUO_EVENT_START:
    case QUO_EVENT_CRASH:
    case QUO_EVENT_RESTART:
    case QUO_EVENT_PAUSE:
    case QUO_EVENT_RESUME:
    case QUO_N_EVENT_KINDS:
    default:
      g_string_append (out, quo_event_kind_id (event->kind));
      break;
    }
}
