/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/stamps.h"

#include "clock/vector.h"

#include <glib/gi18n-lib.h>

/* Past these a stamp is not counted: more work than a click may cost, or more memory
 * than the trace itself. */
#define EVENTS_MAX  600000
#define ENTRIES_MAX 4000000
#define NAMED_MAX   2

/* A delivery, and what its participant knew of all others after it. */
typedef struct
{
  guint32 event;
  guint32 offset; /* in the entries */
} Receipt;

struct _QuoStamps
{
  QuoRun *run;
  QuoTrace *trace;
  guint n;             /* participants */
  int stamp;           /* fields of the protocol; -1: none */
  int lamport;
  gboolean is_beyond;  /* too much to be counted */
  guint32 n_counted;   /* events */
  GArray **ticks;      /* of guint32, for each participant */
  GArray **receipts;   /* of Receipt, for each participant */
  GArray *entries;     /* of guint32: @n for each receipt */
  QuoTime *last_tick;
};

/**
 * quo_stamps_is_visible:
 *
 * Returns: whether an event of @kind is a point on a lifeline: what a timer or a disk
 *   does inside a node shows in what the node then does
 */
gboolean
quo_stamps_is_visible (QuoEventKind kind)
{
  switch (kind)
    {
    case QUO_EVENT_SEND:
    case QUO_EVENT_DELIVER:
    case QUO_EVENT_COMMAND:
    case QUO_EVENT_INVOKE:
    case QUO_EVENT_RETURN:
    case QUO_EVENT_NOTE:
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * quo_stamps_new:
 * @run: kept; its replay is moved when stamps are asked for
 *
 * Returns: (transfer full): the stamps of its events; none is made before it is
 *   asked for
 */
QuoStamps *
quo_stamps_new (QuoRun *run)
{
  g_return_val_if_fail (run != NULL, NULL);

  QuoStamps *self = g_new0 (QuoStamps, 1);
  self->run = quo_run_ref (run);
  self->trace = quo_trace_ref (quo_run_trace (run));
  self->n = quo_trace_n_nodes (self->trace) + quo_trace_n_clients (self->trace);
  const QuoDeclaration *declaration = quo_trace_declaration (self->trace);
  self->stamp = quo_declaration_find_use (declaration, QUO_USE_STAMP);
  self->lamport = quo_declaration_find_use (declaration, QUO_USE_LAMPORT);
  self->is_beyond = self->n > QUO_STAMPS_PARTICIPANTS_MAX;
  if (self->is_beyond || self->stamp >= 0)
    return self;

  self->ticks = g_new0 (GArray *, self->n);
  self->receipts = g_new0 (GArray *, self->n);
  self->last_tick = g_new (QuoTime, self->n);
  for (guint i = 0; i < self->n; i++)
    {
      self->ticks[i] = g_array_new (FALSE, FALSE, sizeof (guint32));
      self->receipts[i] = g_array_new (FALSE, FALSE, sizeof (Receipt));
      self->last_tick[i] = G_MININT64;
    }
  self->entries = g_array_new (FALSE, TRUE, sizeof (guint32));
  return self;
}

/**
 * quo_stamps_free:
 * @self: (transfer full) (nullable):
 */
void
quo_stamps_free (QuoStamps *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->ticks != NULL && i < self->n; i++)
    {
      g_array_unref (self->ticks[i]);
      g_array_unref (self->receipts[i]);
    }
  g_clear_pointer (&self->entries, g_array_unref);
  g_free (self->ticks);
  g_free (self->receipts);
  g_free (self->last_tick);
  quo_trace_unref (self->trace);
  quo_run_unref (self->run);
  g_free (self);
}

/**
 * quo_stamps_are_own:
 *
 * Returns: whether it is the protocol that stamps its events
 */
gboolean
quo_stamps_are_own (QuoStamps *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->stamp >= 0;
}

/* How many of the first numbers of a sorted array are at most @event. */
static guint
rank (GArray *array,
      gsize   stride,
      guint32 event)
{
  guint low = 0, high = array->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      if (*(const guint32 *) (array->data + middle * stride) <= event)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* What @event's participant knew when it happened, into n numbers. */
static void
count_known (QuoStamps *self,
             guint32    event,
             guint32   *known)
{
  guint node = quo_trace_node (self->trace, event);
  guint at = rank (self->receipts[node], sizeof (Receipt), event);

  if (at > 0)
    {
      const Receipt *receipt = &g_array_index (self->receipts[node], Receipt, at - 1);
      for (guint i = 0; i < self->n; i++)
        known[i] = g_array_index (self->entries, guint32, receipt->offset + i);
    }
  else
    for (guint i = 0; i < self->n; i++)
      known[i] = 0;
  known[node] = rank (self->ticks[node], sizeof (guint32), event);
}

static void
count_receipt (QuoStamps *self,
               guint32    event,
               guint32    send)
{
  guint32 mine[QUO_STAMPS_PARTICIPANTS_MAX], theirs[QUO_STAMPS_PARTICIPANTS_MAX];
  guint node = quo_trace_node (self->trace, event);
  Receipt receipt = { event, self->entries->len };

  /* It is the latest event of its own: no need to look for what is known there. */
  guint n_receipts = self->receipts[node]->len;
  guint32 last = n_receipts > 0 ? g_array_index (self->receipts[node], Receipt,
                                                 n_receipts - 1).offset : 0;
  count_known (self, send, theirs);
  for (guint i = 0; i < self->n; i++)
    {
      mine[i] = n_receipts > 0 ? g_array_index (self->entries, guint32, last + i) : 0;
      mine[i] = MAX (mine[i], theirs[i]);
    }
  mine[node] = self->ticks[node]->len;
  g_array_append_vals (self->entries, mine, self->n);
  g_array_append_val (self->receipts[node], receipt);
}

static void
count_event (QuoStamps *self,
             guint32    event)
{
  QuoEventKind kind = quo_trace_kind (self->trace, event);
  guint node = quo_trace_node (self->trace, event);

  if (!quo_stamps_is_visible (kind) || node >= self->n)
    return;
  QuoTime time = quo_trace_time (self->trace, event);
  if (kind == QUO_EVENT_DELIVER || time != self->last_tick[node])
    g_array_append_val (self->ticks[node], event);
  self->last_tick[node] = time;
  guint32 send = quo_trace_cause (self->trace, event);
  if (kind == QUO_EVENT_DELIVER && send < event)
    count_receipt (self, event, send);
}

static gboolean
get_counted (QuoStamps *self,
             guint32    event,
             gint64    *ret_counts)
{
  guint32 known[QUO_STAMPS_PARTICIPANTS_MAX];

  if (event >= EVENTS_MAX)
    return FALSE;
  while (!self->is_beyond && self->n_counted <= event)
    {
      count_event (self, self->n_counted++);
      self->is_beyond = self->entries->len > ENTRIES_MAX;
    }
  if (self->n_counted <= event)
    return FALSE;
  count_known (self, event, known);
  for (guint i = 0; i < self->n; i++)
    ret_counts[i] = known[i];
  return TRUE;
}

static void
set_entry (QuoStamps *self,
           gint64     participant,
           gint64     count,
           gint64    *counts)
{
  if (participant >= 0 && participant < self->n)
    counts[participant] = count;
}

static gboolean
get_own (QuoStamps *self,
         guint32    event,
         gint64    *ret_counts)
{
  const QuoDeclaration *declaration = quo_trace_declaration (self->trace);
  guint node = quo_trace_node (self->trace, event);
  QuoEvent read;

  for (guint i = 0; i < self->n; i++)
    ret_counts[i] = 0;
  /* A message carries the stamp of its sending. */
  quo_trace_read (self->trace, event, &read);
  if (read.kind == QUO_EVENT_SEND && read.row_width == 2 &&
      quo_declaration_message (declaration, read.what)->row_use == QUO_USE_STAMP)
    {
      for (guint i = 0; i < read.n_rows; i++)
        set_entry (self, read.rows[2 * i], read.rows[2 * i + 1], ret_counts);
      return TRUE;
    }
  if (node >= quo_trace_n_nodes (self->trace))
    return FALSE;
  QuoReplay *replay = quo_run_replay (self->run);
  quo_replay_seek (replay, event + 1);
  const QuoTable *table = quo_replay_table (replay, node, (guint) self->stamp);
  for (guint i = 0; table != NULL && i < quo_table_n_rows (table); i++)
    {
      gint64 key;
      const gint64 *columns = quo_table_nth (table, i, &key);
      set_entry (self, key, columns[0], ret_counts);
    }
  return TRUE;
}

/**
 * quo_stamps_get:
 * @ret_counts: (out): a number for each participant, at most
 *   %QUO_STAMPS_PARTICIPANTS_MAX
 *
 * Returns: FALSE when @event has no stamp, or it would take too long to find
 */
gboolean
quo_stamps_get (QuoStamps *self,
                guint32    event,
                gint64    *ret_counts)
{
  g_return_val_if_fail (self != NULL && ret_counts != NULL, FALSE);

  if (self->n > QUO_STAMPS_PARTICIPANTS_MAX || event >= quo_trace_length (self->trace) ||
      quo_trace_node (self->trace, event) >= self->n)
    return FALSE;
  return self->stamp >= 0 ? get_own (self, event, ret_counts)
                          : get_counted (self, event, ret_counts);
}

/**
 * quo_stamps_lamport:
 *
 * Returns: FALSE when the protocol keeps no Lamport clock
 */
gboolean
quo_stamps_lamport (QuoStamps *self,
                    guint32    event,
                    gint64    *ret_count)
{
  g_return_val_if_fail (self != NULL && ret_count != NULL, FALSE);

  guint node = quo_trace_node (self->trace, event);
  if (self->lamport < 0 || node >= quo_trace_n_nodes (self->trace))
    return FALSE;
  QuoReplay *replay = quo_run_replay (self->run);
  quo_replay_seek (replay, event + 1);
  *ret_count = quo_replay_scalar (replay, node, (guint) self->lamport);
  return TRUE;
}

/**
 * quo_stamps_format:
 *
 * Returns: (transfer full): "{A:2,B:1}": without those that are 0
 */
char *
quo_stamps_format (QuoStamps    *self,
                   const gint64 *counts)
{
  g_autoptr(GString) text = g_string_new ("{");
  char buffer[32];

  g_return_val_if_fail (self != NULL && counts != NULL, NULL);

  for (guint i = 0; i < self->n; i++)
    if (counts[i] != 0)
      g_string_append_printf (text, "%s%s:%" G_GINT64_FORMAT, text->len > 1 ? "," : "",
                              quo_trace_label (self->trace, i, buffer), counts[i]);
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * quo_stamps_format_apart:
 * @other: another stamp
 *
 * Returns: (transfer full): "{A:2,…}": only some entries in which they differ
 */
char *
quo_stamps_format_apart (QuoStamps    *self,
                         const gint64 *counts,
                         const gint64 *other)
{
  g_autoptr(GString) text = g_string_new ("{");
  char buffer[32];
  guint n = 0;

  g_return_val_if_fail (self != NULL && counts != NULL && other != NULL, NULL);

  for (guint i = 0; i < self->n && n < 2 * NAMED_MAX; i++)
    if (counts[i] != other[i])
      {
        g_string_append_printf (text, "%s:%" G_GINT64_FORMAT ",",
                                quo_trace_label (self->trace, i, buffer), counts[i]);
        n++;
      }
  g_string_append (text, "…}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "A's, B's and 3 more": whose entries differ that way. */
static guint
name_entries (QuoStamps    *self,
              const gint64 *larger,
              const gint64 *smaller,
              GString      *out)
{
  char buffer[32];
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    if (larger[i] > smaller[i] && n++ < NAMED_MAX)
      g_string_append_printf (out, _("%s%s’s"), n > 1 ? ", " : "",
                              quo_trace_label (self->trace, i, buffer));
  if (n > NAMED_MAX)
    g_string_append_printf (out, _(" and %u more"), n - NAMED_MAX);
  return n;
}

/**
 * quo_stamps_compare:
 * @one: as quo_stamps_get() has it
 * @other: as quo_stamps_get() has it
 *
 * Returns: (transfer full): how @one lies to @other, and by which entries one sees
 *   it: "concurrent: A's entry is larger, B's smaller"
 */
char *
quo_stamps_compare (QuoStamps    *self,
                    const gint64 *one,
                    const gint64 *other)
{
  g_autoptr(GString) larger = g_string_new (NULL), smaller = g_string_new (NULL);

  g_return_val_if_fail (self != NULL && one != NULL && other != NULL, NULL);

  guint n_larger = name_entries (self, one, other, larger);
  guint n_smaller = name_entries (self, other, one, smaller);
  switch (quo_vector_compare (one, other, self->n))
    {
    case QUO_ORDER_BEFORE:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "before: no entry is larger, %s is smaller",
                                           "before: no entry is larger, %s are smaller",
                                           n_smaller), smaller->str);
    case QUO_ORDER_AFTER:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "after: no entry is smaller, %s is larger",
                                           "after: no entry is smaller, %s are larger",
                                           n_larger), larger->str);
    case QUO_ORDER_CONCURRENT:
      return g_strdup_printf (n_larger > 1 ? _("concurrent: %s entries are larger, %s smaller")
                                           : _("concurrent: %s entry is larger, %s smaller"),
                              larger->str, smaller->str);
    case QUO_ORDER_EQUAL:
    default:
      return g_strdup (_("equal: every entry is the same"));
    }
}
