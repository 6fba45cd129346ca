/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each known fault breaks what its invariant says, in random runs and not in a run
 * made for it; without the fault the same runs break nothing. */

#include "fixture.h"

#include "base/random.h"

#define S  QUO_SECOND
#define MS QUO_MILLISECOND

#define N_SEEDS 12

typedef struct
{
  const char *fault;
  const char *type;
  const char *invariant;
  QuoOpKind   also; /* besides additions or writes */
} Fault;

static const Fault faults[] = {
  { "keyed-by-value", "multi-value", "no-resurfacing", QUO_OP_WRITE },
  { "clock-as-is", "last-writer-wins", "no-lost-write", QUO_OP_WRITE },
  { "equal-stamps", "last-writer-wins", "convergence", QUO_OP_WRITE },
  { "merge-by-sum", "g-counter", "counter-is-sum", QUO_OP_ADD },
  { "remove-unseen", "or-set", "no-lost-write", QUO_OP_REMOVE },
  { "reuse-replica-id", "pn-counter", "counter-is-sum", QUO_OP_REMOVE },
  { "reuse-replica-id", "or-set", "no-lost-write", QUO_OP_REMOVE },
};

static QuoSim *
run (const Fault *fault,
     guint64      seed,
     gboolean     is_wrong)
{
  static const char * const values[] = { "1", "2", "3" };
  g_autoptr (QuoSimConfig) config = replicated_config (fault->type, 4, seed);

  if (is_wrong)
    replicated_fault (config, fault->fault);
  replicated_set (config, "clock", "wall");
  replicated_set (config, "resolution", "200ms");
  quo_distribution_unref (config->network.base.latency);
  config->network.base.latency = quo_distribution_new_uniform (MS, 200 * MS);
  for (guint i = 0; i < 60; i++)
    {
      guint64 bits = quo_random_at (quo_stream_key (seed, 78, 0, 0), i);
      gboolean is_add = fault->also == QUO_OP_ADD || fault->also == QUO_OP_REMOVE;

      replicated_op (config, (QuoTime) i * 100 * MS, (guint) (bits % 4),
                     bits >> 8 & 1 ? fault->also
                                   : is_add ? QUO_OP_ADD : QUO_OP_WRITE,
                     "x", values[(bits >> 16) % 3]);
    }
  for (guint i = 0; i < 3; i++)
    {
      replicated_at_node (config, (1 + 2 * i) * S, QUO_ACTION_LOSE_DISK, i);
      replicated_at_node (config, (1 + 2 * i) * S + 150 * MS, QUO_ACTION_RESTART, i);
      replicated_at_node (config, (2 + 2 * i) * S, QUO_ACTION_SKEW, 3 - i)->duration =
        -3 * S;
    }

  return replicated_run (config, 20 * S);
}

static void
test_fault_is_caught (gconstpointer data)
{
  const Fault *fault = data;
  guint n_caught = 0;

  for (guint64 seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (QuoSim) wrong = run (fault, seed, TRUE);
      g_autoptr (QuoSim) right = run (fault, seed, FALSE);
      double divergent;

      n_caught += replicated_violates (wrong, fault->invariant);
      for (guint i = 0; i < quo_sim_n_violations (right); i++)
        g_test_message ("%s", quo_sim_violation (right, i)->text);
      g_assert_cmpuint (quo_sim_n_violations (right), ==, 0);
      replicated_measure (right, "divergent-replicas", &divergent);
      g_assert_cmpfloat (divergent, ==, 0);
    }
  g_test_message ("%s: %u of %u", fault->fault, n_caught, N_SEEDS);
  g_assert_cmpuint (n_caught, >=, 1);
}

/* Three writes in a run of its own: nobody read, so nobody's write replaces what
 * another wrote, and each replaces the one that its own client knows. */
static void
test_blind_writes_are_siblings (void)
{
  g_autoptr (QuoSimConfig) config = replicated_config ("multi-value", 3, 1);
  g_autoptr (QuoSim) sim = NULL;

  replicated_set (config, "context", "client");
  replicated_op (config, 500 * MS, 0, QUO_OP_WRITE, "x", "a");
  replicated_op (config, 2 * S, 1, QUO_OP_WRITE, "x", "b");
  replicated_op (config, 4 * S, 0, QUO_OP_WRITE, "x", "c");
  replicated_op (config, 6 * S, 2, QUO_OP_APPEND, "x", "d");
  sim = replicated_run (config, 8 * S);
  replicated_assert (sim, 3900 * MS, 2, "x", "a | b");
  replicated_assert (sim, 5900 * MS, 2, "x", "b | c");
  for (guint i = 0; i < 3; i++)
    replicated_assert (sim, 8 * S, i, "x", "b + c + d");
}

/* What the type cannot do fails, and leaves no trace. */
static void
test_foreign_operation_fails (void)
{
  static const struct
  {
    const char *type;
    QuoOpKind   kind;
    const char *value;
  } tries[] = {
    { "last-writer-wins", QUO_OP_ADD, "1" },
    { "g-counter", QUO_OP_REMOVE, "1" },
    { "g-counter", QUO_OP_ADD, "-1" },
    { "pn-counter", QUO_OP_ADD, "many" },
    { "or-set", QUO_OP_WRITE, "1" },
    { "rw-set", QUO_OP_REMOVE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autoptr (QuoSimConfig) config = replicated_config (tries[i].type, 2, 1);
      g_autoptr (QuoSim) sim = NULL;

      replicated_op (config, 500 * MS, 0, tries[i].kind, "x", tries[i].value);
      sim = replicated_run (config, 2 * S);
      g_assert_cmpuint (quo_sim_figure (sim, QUO_FIGURE_OPS_FAILED), ==, 1);
      g_assert_cmpuint (quo_sim_n_violations (sim), ==, 0);
      replicated_assert (sim, 2 * S, 0, "x", "");
      replicated_assert (sim, 2 * S, 1, "x", "");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf (
        "/core/protocol/replicated-register/faults/%s-of-%s-breaks-%s",
        faults[i].fault, faults[i].type, faults[i].invariant);

      g_test_add_data_func (path, &faults[i], test_fault_is_caught);
    }
  g_test_add_func ("/core/protocol/replicated-register/faults/"
                   "blind-writes-are-siblings", test_blind_writes_are_siblings);
  g_test_add_func ("/core/protocol/replicated-register/faults/"
                   "foreign-operation-fails", test_foreign_operation_fails);

  return g_test_run ();
}
