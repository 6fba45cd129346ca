/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How old a fallback says that its answer may be, against how old it is. There is
 * nobody to ask but the origin, so that what clients are told is the truth at that
 * time. A write takes effect when the origin answers it.
 */

#include "../store-fixture.h"

#define MS QUO_MILLISECOND
#define PATH "/core/protocol/best-effort/fallback/"
#define N_NODES 1
#define N_CLIENTS 4

static guint n_schedules = 1000;

static QuoSimConfig *
new_schedule (guint64 seed)
{
  QuoSimConfig *config = store_new ("best-effort", N_NODES);

  config->seed = seed;
  g_clear_pointer (&config->network.client_latency, quo_distribution_unref);
  config->network.client_latency = quo_distribution_new_uniform (MS, 40 * MS);
  config->network.base.loss = 0.05;
  config->disk.sync = quo_distribution_new_uniform (0, 10 * MS);
  store_add_chaos (config, QUO_CHAOS_PAUSE, 2, 3 * QUO_SECOND, 400 * MS, 0);
  store_add_chaos (config, QUO_CHAOS_LOSS, 2, 3 * QUO_SECOND, 400 * MS, 0.5);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      QuoClientConfig *client = store_add_client (config, 0);

      client->rate = 15;
      client->reads = 0.6;
      client->stop = 3 * QUO_SECOND;
      client->timeout = 120 * MS;
      client->n_keys = 1;
      client->fallback = QUO_FALLBACK_CACHE;
      client->fallback_after = (QuoTime) (seed % 5 + 1) * 20 * MS;
      client->falls_back_on_failure = i == 3;
    }

  return config;
}

typedef struct
{
  gint64  value;
  QuoTime at;
} Write;

static gpointer
operation (guint  client,
           gint64 serial)
{
  return GSIZE_TO_POINTER ((gsize) serial << 8 | client);
}

/* Each write when the origin answers it for the first time, in order. */
static GArray *
find_writes (QuoTrace *trace)
{
  GArray *writes = g_array_new (FALSE, FALSE, sizeof (Write));
  /* Client and serial to value; it goes with its first answer. */
  g_autoptr (GHashTable) open = g_hash_table_new (NULL, NULL);

  for (guint32 i = 0; i < quo_trace_length (trace); i++)
    {
      Write write;
      QuoEvent event;
      gpointer key;

      quo_trace_read (trace, i, &event);
      if (event.kind == QUO_EVENT_INVOKE && event.what == QUO_OP_WRITE)
        g_hash_table_insert (open, operation (event.node, event.values[0]),
                             GSIZE_TO_POINTER ((gsize) event.values[2]));
      if (event.kind != QUO_EVENT_SEND || event.what != QUO_MESSAGE_REPLY
          || event.node != 0 || event.values[0] != QUO_STATUS_OK)
        continue;
      key = operation (event.to, event.values[1]);
      write.value = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (open, key));
      write.at = event.time;
      if (g_hash_table_remove (open, key))
        g_array_append_val (writes, write);
    }

  return writes;
}

/* How long ago @value was replaced, at @time; 0 when it was not. */
static QuoTime
staleness (const GArray *writes,
           gint64        value,
           QuoTime       time)
{
  for (guint i = 0; i < writes->len; i++)
    if (g_array_index (writes, Write, i).value == value)
      {
        const Write *next = i + 1 < writes->len
                            ? &g_array_index (writes, Write, i + 1) : NULL;

        return next != NULL && next->at <= time ? time - next->at : 0;
      }

  /* Nothing, before the first write. */
  g_assert_cmpint (value, ==, 0);

  return writes->len > 0 && g_array_index (writes, Write, 0).at <= time
         ? time - g_array_index (writes, Write, 0).at : 0;
}

static void
test_bound (void)
{
  guint n_fallbacks = 0;
  guint n_stale = 0;
  double nearest = 0;

  for (guint64 seed = 1; seed <= n_schedules; seed++)
    {
      g_autoptr (QuoSimConfig) config = new_schedule (seed);
      g_autoptr (QuoSim) sim = store_run (config, 4 * QUO_SECOND);
      QuoTrace *trace = quo_sim_trace (sim);
      g_autoptr (GArray) writes = find_writes (trace);

      for (guint32 i = 0; i < quo_trace_length (trace); i++)
        {
          QuoEvent event;
          QuoTime behind;

          if (quo_trace_kind (trace, i) != QUO_EVENT_FALLBACK)
            continue;
          quo_trace_read (trace, i, &event);
          behind = staleness (writes, event.values[2], event.time);
          g_assert_cmpint (event.values[3], >, 0);
          g_assert_cmpint (behind, <=, event.values[3]);
          n_fallbacks++;
          n_stale += behind > 0;
          nearest = MAX (nearest, (double) behind / (double) event.values[3]);
        }
    }

  g_test_message ("%u fallbacks, %u of them stale, up to %g of the bound",
                  n_fallbacks, n_stale, nearest);
  g_assert_cmpuint (n_stale, >, n_schedules);
  g_assert_cmpfloat (nearest, >, 0.9);
}

int
main (int    argc,
      char **argv)
{
  const char *text = g_getenv ("QUORATE_SCHEDULES");

  if (text != NULL)
    n_schedules = (guint) g_ascii_strtoull (text, NULL, 10);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (PATH "no-answer-is-older-than-it-says", test_bound);

  return g_test_run ();
}
