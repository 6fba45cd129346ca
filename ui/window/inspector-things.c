/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/inspector-private.h"

#include "diagram/diagram.h"
#include "document/causality.h"
#include "sim/describe.h"
#include "widget/clock-text.h"
#include "widget/thing-menu.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How many steps of a chain of causes are shown. */
#define WHY_MAX  4
#define ROWS_MAX 16

/* "voted-for" is what a file says; a person reads "voted for". */
static char *
words_of (const char *id)
{
  return g_strdelimit (g_strdup (id), "-", ' ');
}

static void
add_time (QuoInspector *self, const char *name, QuoTime time)
{
  g_autofree char *text
    = quo_clock_text (time, quo_document_end (self->document));

  quo_inspector_field (self, name, text, NULL, NULL);
}

static void
add_participant (QuoInspector *self,
                 const char *name,
                 QuoTrace *trace,
                 guint participant)
{
  char buffer[32];

  if (participant < quo_trace_n_nodes (trace) + quo_trace_n_clients (trace))
    quo_inspector_field (self, name,
                         quo_trace_label (trace, participant, buffer), NULL,
                         NULL);
}

static char *
describe_at (QuoTrace *trace, guint32 event)
{
  QuoEvent what = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *time = NULL;
  char buffer[32];

  quo_trace_read (trace, event, &what);
  time = quo_clock_text (what.time, quo_trace_end (trace));
  if (what.node < quo_trace_n_nodes (trace) + quo_trace_n_clients (trace))
    g_string_append_printf (text,
                            "%s: ", quo_trace_label (trace, what.node, buffer));
  quo_describe_event (trace, &what, text);
  g_string_append_printf (text, " %s", time);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Each link selects the event that brought the one above it about. */
static void
add_causes (QuoInspector *self, QuoTrace *trace, guint32 event)
{
  guint32 cause = quo_trace_cause (trace, event);

  for (guint i = 0; i < WHY_MAX && cause != QUO_NO_EVENT; i++)
    {
      g_autofree char *what = describe_at (trace, cause);
      /* TRANSLATORS: a link to the event that caused the one above it */
      g_autofree char *text = g_strdup_printf (_ ("why? → %s"), what);

      quo_inspector_link (self, text, cause);
      /* A timer explains itself; what set it is one more timer, as a rule. */
      if (quo_trace_kind (trace, cause) == QUO_EVENT_TIMEOUT)
        break;
      cause = quo_trace_cause (trace, cause);
    }
}

static void
add_deadline (QuoInspector *self,
              const QuoFieldSpec *spec,
              const char *name,
              QuoTime value,
              QuoTime now)
{
  g_autofree char *span = NULL;
  g_autofree char *text = NULL;

  if (value == QUO_TIME_NEVER)
    {
      quo_inspector_field (self, name, "—", spec->summary, NULL);
      return;
    }
  span = quo_time_format_short (ABS (value - now), 3);
  text = value >= now ? g_strdup_printf (_ ("in %s"), span)
                      : g_strdup_printf (_ ("expired %s ago"), span);
  quo_inspector_field (self, name, text, spec->summary,
                       value >= now ? NULL : "muted");
}

static void
add_scalar (QuoInspector *self,
            QuoReplay *replay,
            guint node,
            guint field,
            const QuoFieldSpec *spec)
{
  gint64 value = quo_replay_scalar (replay, node, field);
  g_autofree char *name = words_of (spec->id);
  g_autoptr (GString) text = g_string_new (NULL);

  if (spec->use == QUO_USE_DEADLINE)
    {
      add_deadline (self, spec, name, value,
                    quo_document_time (self->document));
      return;
    }
  quo_describe_value (quo_replay_trace (replay), &spec->columns[0], value,
                      text);
  quo_inspector_field (self, name, text->len > 0 ? text->str : "—",
                       spec->summary, NULL);
}

/* A vector clock on one line: its entries in the participants' order. */
static void
add_vector (QuoInspector *self,
            QuoTrace *trace,
            const QuoFieldSpec *spec,
            const QuoTable *table)
{
  g_autoptr (GString) text = g_string_new ("⟨");
  g_autofree char *name = words_of (spec->id);
  guint n_rows = quo_table_n_rows (table);

  for (guint i = 0; i < n_rows && i < ROWS_MAX; i++)
    {
      gint64 key = 0;
      const gint64 *columns = quo_table_nth (table, i, &key);
      char buffer[32];

      g_string_append_printf (text, "%s%s %" G_GINT64_FORMAT, i > 0 ? ", " : "",
                              quo_trace_label (trace, key, buffer), columns[0]);
    }
  g_string_append (text, n_rows > ROWS_MAX ? " …⟩" : "⟩");
  quo_inspector_field (self, name, text->str, spec->summary, NULL);
}

static void
add_rows (QuoInspector *self,
          QuoTrace *trace,
          const QuoFieldSpec *spec,
          const QuoTable *table)
{
  guint n_rows = quo_table_n_rows (table);

  for (guint i = 0; i < n_rows && i < ROWS_MAX; i++)
    {
      gint64 key = 0;
      const gint64 *columns = quo_table_nth (table, i, &key);
      g_autoptr (GString) name = g_string_new (NULL);
      g_autoptr (GString) text = g_string_new (NULL);

      quo_describe_value (trace, &spec->key, key, name);
      for (guint j = 0; j < quo_columns_count (spec->columns, QUO_MAX_COLUMNS);
           j++)
        {
          if (j > 0)
            g_string_append_printf (text, ", %s ", spec->columns[j].id);
          quo_describe_value (trace, &spec->columns[j], columns[j], text);
        }
      quo_inspector_field (self, name->str, text->str, NULL, NULL);
    }
  if (n_rows > ROWS_MAX)
    {
      g_autofree char *more
        = g_strdup_printf (ngettext ("and %u more", "and %u more",
                                     n_rows - ROWS_MAX),
                           n_rows - ROWS_MAX);

      quo_inspector_text (self, more, "muted");
    }
}

static void
add_table (QuoInspector *self,
           QuoReplay *replay,
           guint node,
           guint field,
           const QuoFieldSpec *spec)
{
  const QuoTable *table = quo_replay_table (replay, node, field);
  g_autofree char *name = words_of (spec->id);
  g_autofree char *heading = NULL;
  guint n_rows = table != NULL ? quo_table_n_rows (table) : 0;

  if (table == NULL)
    return;
  if (spec->shape == QUO_SHAPE_VECTOR)
    {
      add_vector (self, quo_replay_trace (replay), spec, table);
      return;
    }
  if (n_rows == 0)
    {
      quo_inspector_field (self, name, _ ("empty"), spec->summary, "muted");
      return;
    }
  heading = n_rows > ROWS_MAX ? g_strdup_printf ("%s (%u)", name, n_rows)
                              : g_strdup (name);
  quo_inspector_heading (self, heading);
  if (spec->shape == QUO_SHAPE_LOG)
    quo_inspector_log (self, replay, node, field);
  else
    add_rows (self, quo_replay_trace (replay), spec, table);
}

static void
fill_node (QuoInspector *self, QuoReplay *replay, guint node)
{
  const QuoDeclaration *declaration
    = quo_trace_declaration (quo_replay_trace (replay));
  QuoLife life = quo_replay_life (replay, node);

  if (life != QUO_LIFE_UP)
    quo_inspector_field (self, _ ("state"),
                         life == QUO_LIFE_DOWN ? _ ("crashed") : _ ("paused"),
                         NULL, "tone-bad");
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < quo_declaration_n_fields (declaration); i++)
      {
        const QuoFieldSpec *spec = &declaration->fields[i];
        gboolean is_scalar = spec->shape == QUO_SHAPE_SCALAR;

        /* What fits on a line first, the tables under it. */
        if (pass == 0 && is_scalar)
          add_scalar (self, replay, node, i, spec);
        else if (pass == 1 && !is_scalar)
          add_table (self, replay, node, i, spec);
      }
}

static void
fill_participant (QuoInspector *self, QuoRun *run, guint participant)
{
  QuoReplay *replay = quo_run_replay (run);
  QuoTrace *trace = quo_run_trace (run);
  guint n_nodes = quo_trace_n_nodes (trace);
  guint32 last = QUO_NO_EVENT;

  if (participant >= n_nodes + quo_trace_n_clients (trace))
    return;
  if (participant < n_nodes)
    fill_node (self, replay, participant);

  last = quo_replay_last_event (replay, participant);
  if (last == QUO_NO_EVENT || last >= quo_trace_length (trace))
    return;

  g_autofree char *text = describe_at (trace, last);

  quo_inspector_heading (self, _ ("Last event"));
  quo_inspector_link (self, text, last);
  add_causes (self, trace, last);
}

static void
add_message (QuoInspector *self, QuoTrace *trace, const QuoEvent *event)
{
  const QuoMessageSpec *spec
    = quo_declaration_message (quo_trace_declaration (trace), event->what);

  if (spec == NULL)
    return;
  for (guint i = 0; i < QUO_MAX_MESSAGE_FIELDS && spec->fields[i].id != NULL
                    && i < event->n_values;
       i++)
    {
      g_autofree char *name = words_of (spec->fields[i].id);
      g_autoptr (GString) text = g_string_new (NULL);

      quo_describe_value (trace, &spec->fields[i], event->values[i], text);
      quo_inspector_field (self, name, text->len > 0 ? text->str : "—", NULL,
                           NULL);
    }
}

/* Where a message ended: arrived, lost and why, or on its way. */
static void
add_fate (QuoInspector *self, QuoTrace *trace, const QuoEvent *send)
{
  QuoEvent end = { 0 };
  QuoTime now = quo_document_time (self->document);

  if (send->peer == QUO_NO_EVENT || send->peer >= quo_trace_length (trace))
    {
      quo_inspector_field (self, _ ("fate"), _ ("still on its way"), NULL,
                           NULL);
      return;
    }
  quo_trace_read (trace, send->peer, &end);

  g_autofree char *time = quo_clock_text (end.time, quo_trace_end (trace));
  g_autofree char *text = NULL;

  if (end.kind == QUO_EVENT_LOSE)
    {
      text = g_strdup_printf (_ ("%s, %s"), quo_describe_loss (end.what), time);
      quo_inspector_field (self, _ ("lost"), text, NULL, "tone-bad");
      return;
    }
  quo_inspector_field (self, end.time > now ? _ ("arrives") : _ ("arrived"),
                       time, NULL, NULL);
}

static void
fill_event (QuoInspector *self, QuoTrace *trace, guint32 index)
{
  QuoEvent event = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_message = FALSE;

  if (index >= quo_trace_length (trace))
    return;
  quo_trace_read (trace, index, &event);
  is_message = event.kind == QUO_EVENT_SEND || event.kind == QUO_EVENT_DELIVER
               || event.kind == QUO_EVENT_LOSE;
  quo_describe_event (trace, &event, text);
  quo_inspector_text (self, text->str,
                      event.kind == QUO_EVENT_VIOLATION ? "tone-bad" : NULL);
  if (event.kind == QUO_EVENT_SEND)
    {
      add_participant (self, _ ("from"), trace, event.node);
      add_participant (self, _ ("to"), trace, event.to);
      add_time (self, _ ("sent"), event.time);
      add_fate (self, trace, &event);
    }
  else
    {
      add_participant (self, is_message ? _ ("receiver") : _ ("where"), trace,
                       event.node);
      add_time (self, _ ("when"), event.time);
    }
  if (is_message)
    add_message (self, trace, &event);
  if (event.cause != QUO_NO_EVENT)
    {
      quo_inspector_heading (self, _ ("Because"));
      add_causes (self, trace, index);
    }
}

/* What the two that are selected are to each other, and why. */
static void
add_order (QuoInspector *self, QuoTrace *trace, guint32 first, guint32 second)
{
  g_autofree char *other = NULL;

  if (MAX (first, second) >= quo_trace_length (trace))
    return;
  other = describe_at (trace, second);
  quo_inspector_heading (self, _ ("Compared with"));
  quo_inspector_link (self, other, second);
  switch (quo_causality_compare (trace, first, second))
    {
    case QUO_ORDER_EQUAL:
      quo_inspector_text (self, _ ("The same event."), NULL);
      break;
    case QUO_ORDER_BEFORE:
      quo_inspector_text (
        self,
        _ ("Before it: a chain of messages and steps leads from "
           "the first to the second."),
        "tone-good");
      break;
    case QUO_ORDER_AFTER:
      quo_inspector_text (
        self,
        _ ("After it: a chain of messages and steps leads from "
           "the second to the first."),
        "tone-good");
      break;
    case QUO_ORDER_CONCURRENT:
      quo_inspector_text (
        self,
        _ ("Concurrent: no chain of messages leads from either "
           "to the other, so neither can know of the other."),
        "tone-warn");
      break;
    default:
      quo_inspector_text (self, _ ("Too far apart to tell."), "muted");
      break;
    }
}

static void
fill_link (QuoInspector *self, QuoRun *run, guint from, guint to)
{
  QuoTrace *trace = quo_run_trace (run);
  QuoReplay *replay = quo_run_replay (run);
  guint n = quo_trace_n_nodes (trace) + quo_trace_n_clients (trace);
  g_autoptr (GArray) sends = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n_there = 0;
  char names[2][32];

  if (from >= n || to >= n)
    return;
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_cut = i == 0 ? quo_replay_is_cut (replay, from, to)
                               : quo_replay_is_cut (replay, to, from);
      g_autofree char *way
        = g_strdup_printf ("%s → %s",
                           quo_trace_label (trace, i == 0 ? from : to,
                                            names[0]),
                           quo_trace_label (trace, i == 0 ? to : from,
                                            names[1]));

      quo_inspector_field (self, way, is_cut ? _ ("cut") : _ ("open"), NULL,
                           is_cut ? "tone-bad" : NULL);
    }
  quo_replay_in_flight (replay, sends);
  for (guint i = 0; i < sends->len; i++)
    {
      QuoEvent send = { 0 };

      quo_trace_read (trace, g_array_index (sends, guint32, i), &send);
      if ((send.node != from || send.to != to)
          && (send.node != to || send.to != from))
        continue;
      if (n_there++ == 0)
        quo_inspector_heading (self, _ ("On its way"));
      if (n_there > ROWS_MAX)
        break;

      g_autofree char *text = describe_at (trace, send.index);

      quo_inspector_link (self, text, send.index);
    }
}

static void
fill_role (QuoInspector *self, QuoRun *run, guint role)
{
  QuoTrace *trace = quo_run_trace (run);
  const QuoDeclaration *declaration = quo_trace_declaration (trace);
  int field = quo_declaration_find_use (declaration, QUO_USE_ROLE);
  g_autoptr (GString) who = g_string_new (NULL);

  if (role >= quo_declaration_n_roles (declaration))
    return;
  if (declaration->roles[role].summary != NULL)
    quo_inspector_text (self,
                        g_dgettext (GETTEXT_PACKAGE,
                                    declaration->roles[role].summary),
                        NULL);
  for (guint i = 0;
       field >= 0 && i < quo_trace_n_nodes (trace) && who->len < 400; i++)
    {
      char buffer[32];

      if (quo_replay_scalar (quo_run_replay (run), i, field) == role)
        g_string_append_printf (who, "%s%s", who->len > 0 ? ", " : "",
                                quo_trace_label (trace, i, buffer));
    }
  quo_inspector_field (self, _ ("now"), who->len > 0 ? who->str : "—", NULL,
                       NULL);
}

static void
fill_transition (QuoInspector *self,
                 const QuoDeclaration *declaration,
                 guint index)
{
  guint n_transitions = 0;

  while (declaration->transitions != NULL
         && declaration->transitions[n_transitions].id != NULL)
    n_transitions++;
  if (index < n_transitions)
    quo_inspector_field (self, _ ("brought about by"),
                         _ (declaration->transitions[index].id), NULL, NULL);
}

static void
fill_action (QuoInspector *self, QuoScenario *scenario, guint nth)
{
  g_autofree char *text = NULL;

  if (nth >= quo_scenario_n_actions (scenario))
    return;
  text = quo_scenario_action_text (scenario, nth);
  quo_inspector_text (self, text, NULL);
  add_time (self, _ ("when"), quo_scenario_action_time (scenario, nth));
}

void
quo_inspector_fill (QuoInspector *self)
{
  QuoRun *run = quo_document_run (self->document);
  guint64 thing = quo_document_selection (self->document);
  guint64 second = quo_document_second_selection (self->document);
  guint64 index = quo_thing_index (thing);

  switch (quo_thing_kind (thing))
    {
    case QUO_THING_PARTICIPANT:
      fill_participant (self, run, index);
      break;
    case QUO_THING_EVENT:
      fill_event (self, quo_run_trace (run), index);
      if (quo_thing_kind (second) == QUO_THING_EVENT)
        add_order (self, quo_run_trace (run), index, quo_thing_index (second));
      break;
    case QUO_THING_LINK:
      fill_link (self, run, index >> 28, index & ((1u << 28) - 1));
      break;
    case QUO_THING_ROLE:
      fill_role (self, run, index);
      break;
    case QUO_THING_TRANSITION:
      fill_transition (self, quo_trace_declaration (quo_run_trace (run)),
                       index);
      break;
    case QUO_THING_ACTION:
      fill_action (self, quo_document_scenario (self->document), index);
      break;
    default:
      break;
    }
}
