/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Causal consistency as clients see it, from what they asked and were told alone: no
 * version, no message and nothing of a node's memory is looked at. Every value is
 * written once, so that a read says whose write it saw.
 *
 * A write happened before an operation when the same client had done it, or had read
 * it, or something that it happened before: Ahamad et al. 1995. A read is wrong when it
 * returns nothing of a key that was written before it, or a value that was replaced
 * before it by a write that came after.
 *
 * No node crashes here and no client changes its node, for both end a session.
 */

#include "fixture.h"

#include "../schedules.h"

#include <string.h>

#define PATH "/core/protocol/causal-store/history/"

#define N_SCHEDULES 1500
#define N_TRIES_MAX 200
#define N_NODES     6
#define N_CLIENTS   6
#define OPS_MAX     4096

static guint64 seed_first;
static guint n_schedules;

typedef struct
{
  gint64   key;
  gint64   value;
  gboolean is_write;
  guint8  *before; /* of each write, whether it happened before */
} Op;

typedef struct
{
  QuoTrace *trace;
  GArray   *ops;    /* Op, by the order in which they began */
  guint8   *past[N_CLIENTS];
  int       open[N_CLIENTS];
  guint     n_reads;
  char     *wrong;  /* the first wrong read in words, or NULL */
} History;

static void
op_clear (gpointer op)
{
  Op *self = op;

  g_free (self->before);
}

static void
history_init (History  *self,
              QuoTrace *trace)
{
  memset (self, 0, sizeof *self);
  self->trace = trace;
  self->ops = g_array_new (FALSE, FALSE, sizeof (Op));
  g_array_set_clear_func (self->ops, op_clear);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      self->past[i] = g_new0 (guint8, OPS_MAX);
      self->open[i] = -1;
    }
}

static void
history_clear (History *self)
{
  g_array_unref (self->ops);
  for (guint i = 0; i < N_CLIENTS; i++)
    g_free (self->past[i]);
  g_free (self->wrong);
}

static const char *
text_of (const History *self,
         gint64         name)
{
  return quo_names_get (quo_trace_names (self->trace), (guint32) name);
}

static int
find_write (const History *self,
            const char    *value)
{
  for (guint i = 0; i < self->ops->len; i++)
    {
      const Op *op = &g_array_index (self->ops, Op, i);

      if (op->is_write && g_str_equal (text_of (self, op->value), value))
        return (int) i;
    }

  return -1;
}

static void
began (History        *self,
       guint           client,
       const QuoEvent *event)
{
  Op op = {
    event->values[1], event->values[2], event->what == QUO_OP_WRITE,
    g_memdup2 (self->past[client], OPS_MAX)
  };

  g_assert_cmpuint (self->ops->len, <, OPS_MAX);
  self->open[client] = (int) self->ops->len;
  g_array_append_val (self->ops, op);
}

static void
judge (History    *self,
       guint       client,
       gint64      key,
       const char *returned,
       const int  *seen,
       guint       n_seen)
{
  for (guint i = 0; i < self->ops->len && self->wrong == NULL; i++)
    {
      const Op *write = &g_array_index (self->ops, Op, i);
      gboolean is_wrong = n_seen == 0;

      if (!write->is_write || write->key != key || !self->past[client][i])
        continue;
      for (guint k = 0; k < n_seen; k++)
        is_wrong |= write->before[seen[k]] != 0;
      if (is_wrong)
        self->wrong = g_strdup_printf ("client %u reads \"%s\" of %s, after %s", client,
                                       returned, text_of (self, key),
                                       text_of (self, write->value));
    }
}

static void
was_read (History    *self,
          guint       client,
          const Op   *op,
          const char *returned)
{
  g_auto (GStrv) values = g_strsplit (returned, " + ", -1);
  int seen[16];
  guint n_seen = 0;

  for (guint i = 0; values[i] != NULL; i++)
    if (values[i][0] != '\0')
      {
        g_assert_cmpuint (n_seen, <, G_N_ELEMENTS (seen));
        seen[n_seen] = find_write (self, values[i]);
        g_assert_cmpint (seen[n_seen], >=, 0);
        g_assert_cmpint (g_array_index (self->ops, Op, seen[n_seen]).key, ==, op->key);
        n_seen++;
      }
  judge (self, client, op->key, returned, seen, n_seen);
  self->n_reads++;
  for (guint i = 0; i < n_seen; i++)
    {
      const Op *write = &g_array_index (self->ops, Op, seen[i]);

      self->past[client][seen[i]] = TRUE;
      for (guint k = 0; k < OPS_MAX; k++)
        self->past[client][k] |= write->before[k];
    }
}

static void
ended (History        *self,
       guint           client,
       const QuoEvent *event)
{
  const Op *op = &g_array_index (self->ops, Op, self->open[client]);

  /* Nobody knows of one without an answer whether it was done. */
  if (event->what != QUO_STATUS_OK)
    return;
  if (op->is_write)
    self->past[client][self->open[client]] = TRUE;
  else
    was_read (self, client, op, text_of (self, event->values[1]));
}

static void
history_read (History *self)
{
  guint n_nodes = quo_trace_n_nodes (self->trace);

  for (guint32 i = 0; i < quo_trace_length (self->trace); i++)
    {
      QuoEventKind kind = quo_trace_kind (self->trace, i);
      QuoEvent event;

      if (kind != QUO_EVENT_INVOKE && kind != QUO_EVENT_RETURN)
        continue;
      quo_trace_read (self->trace, i, &event);
      if (kind == QUO_EVENT_INVOKE)
        began (self, event.node - n_nodes, &event);
      else
        ended (self, event.node - n_nodes, &event);
    }
}

static QuoSimConfig *
new_schedule (guint64     seed,
              const char *mode)
{
  QuoSimConfig *config = store_new ("causal-store", N_NODES);
  QuoNetworkConfig *network = &config->network;

  config->seed = seed;
  store_set (config, "mode", mode);
  store_set (config, "retry-interval", "80ms");
  store_set (config, "transaction-time", "300ms");
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      QuoClientConfig *client = store_add_client (config, i);

      client->rate = 20;
      client->n_keys = 3;
      client->reads = 0.6;
      client->stop = 2 * QUO_SECOND;
      client->timeout = 400 * MS;
      client->n_tries_max = 1;
    }
  causal_set_centres (config, seed % 2 == 0 ? "001122" : "000111", MS, MS);
  for (guint i = 0; i < network->n_regions * network->n_regions; i++)
    {
      gboolean is_local = i % (network->n_regions + 1) == 0;

      quo_distribution_unref (network->region_latency[i]);
      network->region_latency[i]
        = quo_distribution_new_uniform (MS, (is_local ? 4 : 90) * MS);
    }
  network->base.loss = .02;
  network->base.duplicate = .05;
  config->disk.sync = quo_distribution_new_uniform (0, 10 * MS);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 1, 2 * QUO_SECOND, 200 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_PARTITION, 1, 2 * QUO_SECOND, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_CUT, 3, 2 * QUO_SECOND, 300 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_SKEW, 1, 2 * QUO_SECOND, 300 * MS, .1);

  return config;
}

static void
test_causal (gconstpointer data)
{
  guint64 n_reads = 0;

  for (guint i = 0; i < MAX (1, n_schedules / 3); i++)
    {
      guint64 seed = seed_first + i;
      g_autoptr (QuoSimConfig) config = new_schedule (seed, data);
      g_autoptr (QuoSim) sim = store_run (config, 3 * QUO_SECOND);
      History history;

      history_init (&history, quo_sim_trace (sim));
      history_read (&history);
      n_reads += history.n_reads;
      if (history.wrong != NULL)
        g_error ("seed %" G_GUINT64_FORMAT ": %s", seed, history.wrong);
      history_clear (&history);
    }

  g_test_message ("%" G_GUINT64_FORMAT " reads", n_reads);
  g_assert_cmpuint (n_reads, >=, 50 * MAX (1, n_schedules / 3));
}

/* Clients notice. */
static void
test_mistake (gconstpointer data)
{
  const char * const *names = data;

  for (guint i = 0; i < N_TRIES_MAX; i++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule (seed_first + i,
                                                      names[1]);
      g_autoptr (QuoSim) sim = NULL;
      g_autofree char *wrong = NULL;
      History history;

      store_set_fault (config, names[0]);
      sim = store_run (config, 3 * QUO_SECOND);
      history_init (&history, quo_sim_trace (sim));
      history_read (&history);
      wrong = g_steal_pointer (&history.wrong);
      history_clear (&history);
      if (wrong == NULL)
        continue;

      g_test_message ("after %u schedules: %s", i + 1, wrong);
      return;
    }

  g_error ("no client notices %s", names[0]);
}

int
main (int    argc,
      char **argv)
{
  static const char * const modes[] = { "cops", "cops-gt", "cops-cd" };
  static const char * const faults[][2] = {
    { "skip-dep-check", "cops" },
    { "own-key-only", "cops" },
    { "answer-early", "cops" },
    { "newer-is-enough", "cops" },
    { "forget-reads", "cops" },
    { "nearest-by-timestamp", "cops" },
    { "ignore-remote-clock", "cops" },
  };
  schedules_init (&argc, &argv, N_SCHEDULES);
  seed_first = schedules_seed ();
  n_schedules = schedules_n (N_SCHEDULES);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "%s-is-causal", modes[i]);

      g_test_add_data_func (path, modes[i], test_causal);
    }
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "clients-notice-%s", faults[i][0]);

      g_test_add_data_func (path, faults[i], test_mistake);
    }

  return g_test_run ();
}
