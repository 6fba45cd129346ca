/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What runs of any protocol can be judged by, without its own measures. */

#include "schedules.h"

#include "sim/replay.h"

/**
 * schedules_violation:
 * @sim: a run
 *
 * Returns: (nullable) (transfer full): the first invariant that did not hold, and
 *   what was seen
 */
char *
schedules_violation (QuoSim *sim)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));
  const QuoViolation *first;

  if (quo_sim_n_violations (sim) == 0)
    return NULL;
  first = quo_sim_violation (sim, 0);

  return g_strdup_printf ("%s: %s", d->invariants[first->invariant].id,
                          first->text);
}

/* A read that was answered, or a write that may have happened. */
typedef struct
{
  guint   client;
  gint64  serial;
  gint64  key;
  gint64  value;
  QuoTime began;
  QuoTime ended; /* NEVER: nobody knows */
} Seen;

static void
end_seen (GArray         *seen,
          const QuoEvent *event)
{
  for (guint i = seen->len; i > 0; i--)
    {
      Seen *one = &g_array_index (seen, Seen, i - 1);

      if (one->client != event->node || one->serial != event->values[0])
        continue;
      if (event->what == QUO_STATUS_OK)
        one->ended = event->time;
      if (event->what == QUO_STATUS_FAILED)
        g_array_remove_index (seen, i - 1);
      return;
    }
}

static void
read_history (QuoTrace *trace,
              GArray   *reads,
              GArray   *writes)
{
  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      QuoEventKind kind = quo_trace_kind (trace, i);
      QuoEvent event;

      if (kind != QUO_EVENT_INVOKE && kind != QUO_EVENT_RETURN)
        continue;
      quo_trace_read (trace, i, &event);
      if (kind == QUO_EVENT_INVOKE)
        {
          Seen one = { event.node, event.values[0], event.values[1],
                       event.values[2], event.time, QUO_TIME_NEVER };

          g_assert_true (event.what == QUO_OP_READ || event.what == QUO_OP_WRITE);
          g_array_append_val (event.what == QUO_OP_READ ? reads : writes, one);
          continue;
        }
      end_seen (writes, &event);
      end_seen (reads, &event);
      for (guint k = 0; k < reads->len; k++)
        {
          Seen *read = &g_array_index (reads, Seen, k);

          if (read->client == event.node && read->serial == event.values[0])
            read->value = event.values[1];
        }
    }
}

static const Seen *
find_write (const GArray *writes,
            const Seen   *read)
{
  for (guint i = 0; i < writes->len; i++)
    {
      const Seen *write = &g_array_index (writes, Seen, i);

      if (write->key == read->key && write->value == read->value)
        return write;
    }

  return NULL;
}

/* Whether one that had certainly happened before the read began is certainly later
 * than the one that it returned. Nothing was there before all. */
static gboolean
is_behind (const Seen *read,
           const Seen *write,
           const Seen *newer,
           QuoTime     happened)
{
  return newer != write && newer->key == read->key && happened < read->began
         && (write == NULL || write->ended < newer->began);
}

/**
 * schedules_judge_reads:
 * @sim: a run in which clients read and write, and write each value once
 *
 * What each key must do to look like one register, and does not need a search: a read
 * returns nothing that was not written yet, and nothing that was overwritten before it
 * began, be it by a write that had ended or by one that an earlier read had returned.
 *
 * Returns: (nullable) (transfer full): a read for which that is not so
 */
char *
schedules_judge_reads (QuoSim *sim)
{
  QuoTrace *trace = quo_sim_trace (sim);
  QuoNames *names = quo_trace_names (trace);
  g_autoptr (GArray) reads = g_array_new (FALSE, FALSE, sizeof (Seen));
  g_autoptr (GArray) writes = g_array_new (FALSE, FALSE, sizeof (Seen));

  read_history (trace, reads, writes);
  for (guint i = 0; i < reads->len; i++)
    {
      const Seen *read = &g_array_index (reads, Seen, i);
      const Seen *write = find_write (writes, read);
      const Seen *newer = NULL;

      if (read->ended == QUO_TIME_NEVER)
        continue;
      if (read->value != 0 && (write == NULL || write->began > read->ended))
        return g_strdup_printf ("“%s” was read before it was written",
                                quo_names_get (names, (guint32) read->value));
      for (guint k = 0; newer == NULL && k < writes->len; k++)
        {
          const Seen *other = &g_array_index (writes, Seen, k);

          if (is_behind (read, write, other, other->ended))
            newer = other;
        }
      for (guint k = 0; newer == NULL && k < reads->len; k++)
        {
          const Seen *earlier = &g_array_index (reads, Seen, k);
          const Seen *other = find_write (writes, earlier);

          if (other != NULL && is_behind (read, write, other, earlier->ended))
            newer = other;
        }
      if (newer != NULL)
        return g_strdup_printf ("“%s” was read and “%s” had replaced it",
                                read->value != 0
                                  ? quo_names_get (names, (guint32) read->value) : "",
                                quo_names_get (names, (guint32) newer->value));
    }

  return NULL;
}

static const gint64 *
find_row (const QuoTable *table,
          gint64          key)
{
  return table != NULL ? quo_table_get (table, key) : NULL;
}

/* Of the keys that @table has, one that @other has otherwise or not at all. */
static char *
compare_tables (QuoNames       *names,
                const QuoTable *table,
                const QuoTable *other)
{
  for (guint i = 0; table != NULL && i < quo_table_n_rows (table); i++)
    {
      gint64 key;
      gint64 one = quo_table_nth (table, i, &key)[0];
      const gint64 *row = find_row (other, key);
      gint64 two = row != NULL ? row[0] : 0;

      if (one != two)
        return g_strdup_printf ("%s is “%s” and “%s”",
                                quo_names_get (names, (guint32) key),
                                one != 0 ? quo_names_get (names, (guint32) one) : "",
                                two != 0 ? quo_names_get (names, (guint32) two) : "");
    }

  return NULL;
}

/**
 * schedules_compare_two:
 * @sim: a run that has ended
 * @one: a node
 * @two: another
 *
 * Compares what they store by their fields, without a protocol's own measure of it.
 * Nothing and the empty value are the same.
 *
 * Returns: (nullable) (transfer full): a key and the values that they have for it
 */
char *
schedules_compare_two (QuoSim *sim,
                       guint   one,
                       guint   two)
{
  QuoTrace *trace = quo_sim_trace (sim);
  g_autoptr (QuoReplay) replay = quo_replay_new (trace);
  int field = quo_declaration_find_use (quo_trace_declaration (trace), QUO_USE_STORE);
  QuoNames *names = quo_trace_names (trace);
  g_autofree char *text = NULL;

  g_assert_cmpint (field, >=, 0);
  quo_replay_seek (replay, quo_trace_length (trace));
  text = compare_tables (names, quo_replay_table (replay, one, (guint) field),
                         quo_replay_table (replay, two, (guint) field));
  if (text == NULL)
    text = compare_tables (names, quo_replay_table (replay, two, (guint) field),
                           quo_replay_table (replay, one, (guint) field));

  return text != NULL
         ? g_strdup_printf ("nodes %u and %u differ: %s", one, two, text) : NULL;
}

/**
 * schedules_compare_stores:
 * @sim: a run that has ended
 * @first: the first node to compare
 * @end: behind the last one
 *
 * Returns: (nullable) (transfer full): as schedules_compare_two(), the first that
 *   differ
 */
char *
schedules_compare_stores (QuoSim *sim,
                          guint   first,
                          guint   end)
{
  char *text = NULL;

  for (guint node = first + 1; text == NULL && node < end; node++)
    text = schedules_compare_two (sim, first, node);

  return text;
}
