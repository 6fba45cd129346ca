/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All types under the same laws, and against a model that knows nothing of merging:
 * what a replica shows is worked out from the set of past updates that it knows. */

#include "crdt/counter.h"
#include "crdt/register.h"
#include "crdt/set.h"

#include <string.h>

#define N_REPLICAS 4
#define N_OPS_MAX  40
#define N_VALUES   3

typedef enum
{
  WALL,
  LAMPORT,
  HYBRID,
  MULTI_VALUE,
  GROW_ONLY,
  POSITIVE_NEGATIVE,
  ADD_WINS,
  REMOVE_WINS,
  N_TYPES
} Type;

typedef struct
{
  Type            type;
  QuoLwwRegister  lww;
  QuoCounter     *counter;
  QuoDotStore    *store;
} State;

/* An update, its delta, and what it replaced: bits of earlier updates. */
typedef struct
{
  guint    replica;
  gint64   value;
  gboolean is_remove;
  QuoStamp stamp;
  guint64  replaced;
  guint64  in_delta;
  State    delta;
} Op;

typedef struct
{
  Type    type;
  State   states[N_REPLICAS];
  guint64 known[N_REPLICAS];
  Op      ops[N_OPS_MAX];
  guint   n_ops;
} World;

static void
state_init (State *state,
            Type   type)
{
  *state = (State) { .type = type };
  state->counter = quo_counter_new ();
  state->store = quo_dot_store_new ();
}

static void
state_clear (State *state)
{
  quo_counter_free (state->counter);
  quo_dot_store_free (state->store);
}

static void
state_copy (State       *state,
            const State *other)
{
  *state = *other;
  state->counter = quo_counter_copy (other->counter);
  state->store = quo_dot_store_copy (other->store);
}

static void
state_merge (State       *state,
             const State *other)
{
  quo_lww_register_merge (&state->lww, &other->lww);
  quo_counter_merge (state->counter, other->counter);
  g_assert_true (quo_dot_store_merge (state->store, other->store, NULL));
}

static gboolean
state_equal (const State *a,
             const State *b)
{
  return quo_lww_register_equal (&a->lww, &b->lww)
         && quo_counter_equal (a->counter, b->counter)
         && quo_dot_store_equal (a->store, b->store);
}

/* An update that nothing known replaces. */
static gboolean
is_live (const World *world,
         guint64      known,
         guint        op)
{
  for (guint i = 0; i < world->n_ops; i++)
    if ((known >> i & 1) != 0 && (world->ops[i].replaced >> op & 1) != 0)
      return FALSE;

  return (known >> op & 1) != 0;
}

/* The model of a set: who is in it after the updates known. */
static gboolean
model_contains (const World *world,
                guint64      known,
                gint64       value)
{
  gboolean is_there = FALSE;

  for (guint i = 0; i < world->n_ops; i++)
    {
      const Op *op = &world->ops[i];

      if (op->value != value || !is_live (world, known, i))
        continue;
      if (op->is_remove && world->type == REMOVE_WINS)
        return FALSE;
      is_there = is_there || !op->is_remove;
    }

  return is_there;
}

static void
assert_model_register (const World *world,
                       const State *state,
                       guint64      known)
{
  const Op *last = NULL;

  for (guint i = 0; i < world->n_ops; i++)
    if ((known >> i & 1) != 0
        && (last == NULL
            || quo_stamp_compare (&world->ops[i].stamp, &last->stamp) > 0))
      last = &world->ops[i];
  g_assert_cmpint (state->lww.value, ==, last != NULL ? last->value : 0);
}

static void
assert_model_siblings (const World *world,
                       const State *state,
                       guint64      known)
{
  guint counts[N_VALUES + 1] = { 0 };

  for (guint i = 0; i < world->n_ops; i++)
    if (is_live (world, known, i))
      counts[world->ops[i].value]++;
  for (guint i = 0; i < quo_dot_store_n (state->store); i++)
    counts[quo_dot_store_nth (state->store, i)->value]--;
  for (guint i = 0; i <= N_VALUES; i++)
    g_assert_cmpuint (counts[i], ==, 0);
}

static void
assert_model (const World *world,
              const State *state,
              guint64      known)
{
  gint64 sum = 0;

  switch (world->type)
    {
    case WALL:
    case LAMPORT:
    case HYBRID:
      assert_model_register (world, state, known);
      break;
    case MULTI_VALUE:
      assert_model_siblings (world, state, known);
      break;
    case GROW_ONLY:
    case POSITIVE_NEGATIVE:
      for (guint i = 0; i < world->n_ops; i++)
        if ((known >> i & 1) != 0)
          sum += world->ops[i].is_remove ? -world->ops[i].value
                                         : world->ops[i].value;
      g_assert_cmpint (quo_counter_value (state->counter), ==, sum);
      break;
    case ADD_WINS:
    case REMOVE_WINS:
    case N_TYPES:
    default:
      for (gint64 value = 1; value <= N_VALUES; value++)
        g_assert_true (quo_set_contains (state->store, value)
                       == model_contains (world, known, value));
      break;
    }
}

static void
write_register (World *world,
                State *state,
                Op    *op)
{
  /* Clocks of replicas that are wrong and step back and forth. */
  QuoTime reading = g_test_rand_int_range (0, 50);

  if (world->type == WALL)
    op->stamp = quo_stamp_wall (&state->lww.stamp, reading, op->replica);
  else if (world->type == LAMPORT)
    op->stamp = quo_stamp_lamport (&state->lww.stamp, op->replica);
  else
    op->stamp = quo_stamp_hybrid (&state->lww.stamp, reading, op->replica);
  op->delta.lww = (QuoLwwRegister) { op->stamp, op->value };
  g_assert_true (quo_lww_register_merge (&state->lww, &op->delta.lww));
}

/* What an update of a set replaces: the live ones of its element that are known. A
 * removal that has no tag is not replaced. */
static guint64
tags_of (const World *world,
         guint64      known,
         gint64       value)
{
  guint64 tags = 0;

  for (guint i = 0; i < world->n_ops; i++)
    if (world->ops[i].value == value && is_live (world, known, i)
        && (world->type == REMOVE_WINS || !world->ops[i].is_remove))
      tags |= G_GUINT64_CONSTANT (1) << i;

  return tags;
}

static void
write_store (World   *world,
             State   *state,
             Op      *op,
             guint64  known)
{
  op->replaced = world->type == MULTI_VALUE ? known
                                            : tags_of (world, known, op->value);
  /* The delta of a register has its writer's whole context. */
  if (world->type == MULTI_VALUE)
    op->in_delta |= op->replaced;
  if (world->type == MULTI_VALUE)
    quo_mv_register_write (state->store, op->replica, NULL, op->value,
                           op->delta.store);
  else if (op->is_remove)
    quo_set_remove (state->store,
                    world->type == ADD_WINS ? QUO_SET_ADD_WINS : QUO_SET_REMOVE_WINS,
                    op->replica, op->value, op->delta.store);
  else
    quo_set_add (state->store, op->replica, op->value, op->delta.store);
}

static void
update (World *world,
        guint  replica)
{
  Op *op = &world->ops[world->n_ops];
  State *state = &world->states[replica];
  guint64 bit = G_GUINT64_CONSTANT (1) << world->n_ops;

  *op = (Op) {
    .replica = replica,
    .value = g_test_rand_int_range (1, N_VALUES + 1),
    .is_remove = g_test_rand_int_range (0, 2) != 0 && world->type > GROW_ONLY,
    .in_delta = bit,
  };
  state_init (&op->delta, world->type);
  switch (world->type)
    {
    case WALL:
    case LAMPORT:
    case HYBRID:
      write_register (world, state, op);
      break;
    case GROW_ONLY:
    case POSITIVE_NEGATIVE:
      if (op->is_remove)
        quo_counter_subtract (state->counter, replica, op->value,
                              op->delta.counter);
      else
        quo_counter_add (state->counter, replica, op->value, op->delta.counter);
      /* A replica's count has all that it counted before. */
      for (guint i = 0; i < world->n_ops; i++)
        if (world->ops[i].replica == replica)
          op->in_delta |= G_GUINT64_CONSTANT (1) << i;
      break;
    case MULTI_VALUE:
    case ADD_WINS:
    case REMOVE_WINS:
    case N_TYPES:
    default:
      write_store (world, state, op, world->known[replica]);
      break;
    }
  world->known[replica] |= bit;
  world->n_ops++;
}

/* Updates, whole states and single deltas, in any order and again and again. */
static void
play (World *world,
      Type   type,
      guint  n_ops)
{
  *world = (World) { .type = type };
  for (guint i = 0; i < N_REPLICAS; i++)
    state_init (&world->states[i], type);
  while (world->n_ops < n_ops)
    {
      guint here = (guint) g_test_rand_int_range (0, N_REPLICAS);
      guint there = (guint) g_test_rand_int_range (0, N_REPLICAS);
      gint what = g_test_rand_int_range (0, 4);

      if (what < 2)
        update (world, here);
      else if (what == 2 && here != there)
        {
          state_merge (&world->states[here], &world->states[there]);
          world->known[here] |= world->known[there];
        }
      else if (world->n_ops > 0)
        {
          const Op *op = &world->ops[g_test_rand_int_range (0,
                                                            (gint) world->n_ops)];

          state_merge (&world->states[here], &op->delta);
          world->known[here] |= op->in_delta;
        }
      assert_model (world, &world->states[here], world->known[here]);
    }
}

static void
clear (World *world)
{
  for (guint i = 0; i < N_REPLICAS; i++)
    state_clear (&world->states[i]);
  for (guint i = 0; i < world->n_ops; i++)
    state_clear (&world->ops[i].delta);
}

static void
test_model (gconstpointer data)
{
  for (guint round = 0; round < 300; round++)
    {
      World world;

      play (&world, GPOINTER_TO_UINT (data),
            (guint) g_test_rand_int_range (1, N_OPS_MAX));
      /* Everybody hears of everything, by deltas or by states. */
      for (guint i = 0; i < N_REPLICAS; i++)
        for (guint j = 0; j < (i % 2 == 0 ? world.n_ops : N_REPLICAS); j++)
          state_merge (&world.states[i],
                       i % 2 == 0 ? &world.ops[j].delta : &world.states[j]);
      for (guint i = 1; i < N_REPLICAS; i++)
        state_merge (&world.states[i], &world.states[0]);
      for (guint i = 0; i < N_REPLICAS; i++)
        {
          g_assert_true (state_equal (&world.states[i], &world.states[0]));
          assert_model (&world, &world.states[i],
                        (G_GUINT64_CONSTANT (1) << world.n_ops) - 1);
        }
      clear (&world);
    }
}

static void
test_laws (gconstpointer data)
{
  for (guint round = 0; round < 300; round++)
    {
      World world;
      State ab, ba, left, right, bc;
      const State *s = world.states;

      play (&world, GPOINTER_TO_UINT (data),
            (guint) g_test_rand_int_range (1, N_OPS_MAX));

      state_copy (&ab, &s[0]);
      state_merge (&ab, &s[1]);
      state_copy (&ba, &s[1]);
      state_merge (&ba, &s[0]);
      g_assert_true (state_equal (&ab, &ba));

      state_copy (&left, &ab);
      state_merge (&left, &s[2]);
      state_copy (&bc, &s[1]);
      state_merge (&bc, &s[2]);
      state_copy (&right, &s[0]);
      state_merge (&right, &bc);
      g_assert_true (state_equal (&left, &right));

      state_merge (&left, &right);
      state_merge (&left, &s[1]);
      g_assert_true (state_equal (&left, &right));

      state_clear (&ab);
      state_clear (&ba);
      state_clear (&left);
      state_clear (&right);
      state_clear (&bc);
      clear (&world);
    }
}

int
main (int   argc,
      char *argv[])
{
  static const char * const names[] = {
    "wall", "lamport", "hybrid", "multi-value", "grow-only", "positive-negative",
    "add-wins", "remove-wins"
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == N_TYPES);
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < N_TYPES; i++)
    {
      g_autofree char *model = g_strdup_printf (
        "/core/crdt/laws/%s/shows-what-the-past-updates-say", names[i]);
      g_autofree char *laws = g_strdup_printf (
        "/core/crdt/laws/%s/merge-is-commutative-associative-idempotent", names[i]);

      g_test_add_data_func (model, GUINT_TO_POINTER (i), test_model);
      g_test_add_data_func (laws, GUINT_TO_POINTER (i), test_laws);
    }

  return g_test_run ();
}
