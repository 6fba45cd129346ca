/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random faults: copies never go back, and once it is quiet they are all the same.
 * For each known mistake some schedule shows it. */

#include "fixture.h"

#include "../schedules.h"

#define S QUO_SECOND
#define PATH "/core/protocol/gossip/chaos/"

#define N_SCHEDULES 100
#define N_NODES     8
#define CALM_FROM   (30 * S)
#define UNTIL       (80 * S)

typedef enum
{
  ANTI_ENTROPY,
  RUMOR, /* with anti-entropy to back it up */
  LOST_DISKS
} Kind;

static void
draw_options (QuoSimConfig *config,
              guint64       seed,
              Kind          kind)
{
  static const char * const modes[] = { "push", "pull", "push-pull" };
  static const char * const compare[] = { "full", "digest", "merkle" };
  static const char * const cycles[] = { "synchronous", "asynchronous" };

  gossip_set (config, "strategy", kind == RUMOR ? "rumor" : "anti-entropy");
  gossip_set (config, "mode", modes[seed % 3]);
  gossip_set (config, "compare", compare[seed / 3 % 3]);
  gossip_set (config, "cycle", cycles[seed / 9 % 2]);
  gossip_set (config, "direct-mail", seed / 18 % 4 == 3 ? "true" : "false");
  gossip_set (config, "fanout", seed / 7 % 3 == 2 ? "2" : "1");
  gossip_set (config, "connection-limit", seed / 5 % 4 == 3 ? "2" : "0");
  gossip_set (config, "hunting", seed / 5 % 8 == 7 ? "1" : "0");
  if (kind == RUMOR)
    {
      gossip_set (config, "stop", seed / 2 % 2 != 0 ? "counter" : "coin");
      gossip_set (config, "feedback", seed / 4 % 4 != 0 ? "feedback" : "blind");
      gossip_set (config, "k", seed / 8 % 2 != 0 ? "1" : "2");
      gossip_set (config, "backup", "3");
    }
  if (seed % 5 == 4)
    schedules_option (config, (seed % 30) * S, "compare", compare[seed % 3]);
  if (seed % 7 == 6)
    schedules_option (config, (seed % 29) * S, "mode", modes[seed / 2 % 3]);
}

static void
add_faults (QuoSimConfig *config,
            guint64       seed,
            Kind          kind)
{
  config->disk.sync = quo_distribution_new_uniform (0, 20 * QUO_MILLISECOND);
  config->network.base.loss = .05;
  config->network.base.duplicate = .05;
  g_clear_pointer (&config->network.base.latency, quo_distribution_unref);
  config->network.base.latency =
    quo_distribution_new_uniform (QUO_MILLISECOND, 150 * QUO_MILLISECOND);
  schedules_drift (config, 20 * S, seed % 2 != 0 ? .05 : -.05);
  schedules_add_chaos (config, QUO_CHAOS_CRASH, .3, CALM_FROM, 5 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_PAUSE, .2, CALM_FROM, 5 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_PARTITION, .1, CALM_FROM, 5 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_CUT, .3, CALM_FROM, 5 * S, 0);
  schedules_add_chaos (config, QUO_CHAOS_LOSS, .1, CALM_FROM, 5 * S, .5);
  schedules_add_chaos (config, QUO_CHAOS_SKEW, .3, CALM_FROM, S, 10);
  if (kind == LOST_DISKS)
    schedules_add_chaos (config, QUO_CHAOS_LOSE_DISK, .1, CALM_FROM, 5 * S, 0);
}

static void
add_updates (QuoSimConfig *config)
{
  config->n_clients = 2;
  config->clients = g_new0 (QuoClientConfig, 2);
  for (guint i = 0; i < 2; i++)
    config->clients[i] = (QuoClientConfig) {
      .home = i, .rate = 3, .reads = .3, .n_keys = 3, .stop = CALM_FROM,
      .timeout = S / 2, .n_tries_max = 3, .is_roaming = TRUE,
    };
  for (guint i = 0; i < 6; i++)
    gossip_delete (config, (4 + 4 * i) * S, i, i % 2 != 0 ? "a" : "k1");
  gossip_update (config, 10 * S, 7, "a", "1");
}

/* Anything may happen for thirty seconds; then there are fifty cycles of quiet. */
static QuoSim *
play (guint64        seed,
      const char    *fault,
      gconstpointer  data)
{
  Kind kind = (Kind) GPOINTER_TO_INT (data);
  g_autoptr (QuoSimConfig) config = gossip_config (N_NODES, seed);

  draw_options (config, seed, kind);
  add_faults (config, seed, kind);
  add_updates (config);
  if (fault != NULL)
    gossip_fault (config, fault);

  return gossip_run (config, UNTIL);
}

/* What comes after a disk was lost may bear a number that was given before: the same
 * version is two values then, and copies that have one each differ for ever (Demers
 * et al. 1987 take stable storage for granted). Nothing else may go wrong. */
static char *
judge_lost_disks (QuoSim *sim)
{
  const QuoDeclaration *d = quo_trace_declaration (quo_sim_trace (sim));

  for (guint i = 0; i < quo_sim_n_violations (sim); i++)
    {
      const QuoViolation *violation = quo_sim_violation (sim, i);

      if (!g_str_equal (d->invariants[violation->invariant].id, "one-value"))
        return g_strdup (violation->text);
    }

  return NULL;
}

enum
{
  OPERATIONS,
  TWO_VALUES
};

static char *
check_sound (guint64        seed,
             double        *tallies,
             gconstpointer  data)
{
  g_autoptr (QuoSim) sim = play (seed, NULL, data);
  gboolean has_two_values = gossip_violates (sim, "one-value");
  char *text = GPOINTER_TO_INT (data) == LOST_DISKS ? judge_lost_disks (sim)
                                                    : schedules_violation (sim);

  tallies[OPERATIONS] += (double) quo_sim_figure (sim, QUO_FIGURE_OPS_OK);
  tallies[TWO_VALUES] += has_two_values;
  if (text == NULL && !has_two_values)
    text = schedules_compare_stores (sim, 0, N_NODES);

  return text;
}

static void
test_sound (gconstpointer data)
{
  double tallies[SCHEDULES_N_TALLIES];
  guint n = schedules_check (N_SCHEDULES, check_sound, data, tallies);

  g_test_message ("%g operations, %g schedules in which a version has two values",
                  tallies[OPERATIONS], tallies[TWO_VALUES]);
  if (n >= SCHEDULES_N_TELLING)
    g_assert_cmpfloat (tallies[OPERATIONS], >, 20 * n);
}

static const ScheduleFault faults[] = {
  { "merge-by-counter", "newer-is-taken" },
  { "merge-by-arrival", "versions-rise" },
  { "drop-certificate-early", "deleted-stays-deleted" },
  { "forget-issued", "one-value" },
  { "forget-reset", "useful-resets", 0, GINT_TO_POINTER (RUMOR) },
};

int
main (int    argc,
      char **argv)
{
  schedules_init (&argc, &argv, 3 * N_SCHEDULES);

  g_test_add_data_func (PATH "anti-entropy-converges-after-faults",
                        GINT_TO_POINTER (ANTI_ENTROPY), test_sound);
  g_test_add_data_func (PATH "rumors-with-backup-converge-after-faults",
                        GINT_TO_POINTER (RUMOR), test_sound);
  g_test_add_data_func (PATH "lost-disks-give-numbers-again-at-worst",
                        GINT_TO_POINTER (LOST_DISKS), test_sound);
  schedules_add_kinds (PATH "every-kind-of-fault-but-lost-disks-is-there", play,
                       GINT_TO_POINTER (ANTI_ENTROPY),
                       SCHEDULE_ALL_BUT_DISK | SCHEDULE_OPTION);
  schedules_add_kinds (PATH "every-kind-of-fault-is-there", play,
                       GINT_TO_POINTER (LOST_DISKS), SCHEDULE_ALL | SCHEDULE_OPTION);
  schedules_add_faults (PATH, play, faults, G_N_ELEMENTS (faults));
  schedules_add_all_faults (PATH "every-declared-fault-is-looked-for", "gossip");

  return g_test_run ();
}
