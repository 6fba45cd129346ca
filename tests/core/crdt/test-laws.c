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

/* What a client of a replica read some time ago. */
typedef struct
{
  QuoDotContext *context; /* NULL: nothing yet */
  guint64        known;
} Read;

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
  Read    reads[N_REPLICAS];
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
    if (!world->ops[i].is_remove && is_live (world, known, i))
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

/* A register: what the writer had read goes, be it all that is here or less. The
 * delta says what that was. */
static void
write_siblings (World *world,
                State *state,
                Op    *op)
{
  Read *read = &world->reads[op->replica];

  if (read->context == NULL || g_test_rand_int_range (0, 2) == 0)
    {
      g_clear_pointer (&read->context, quo_dot_context_free);
      read->context = quo_dot_context_copy (quo_dot_store_seen (state->store));
      read->known = world->known[op->replica];
    }
  op->replaced = read->known;
  op->in_delta |= read->known;
  if (op->is_remove)
    quo_mv_register_clear (state->store, read->context, op->delta.store);
  else
    quo_mv_register_write (state->store, op->replica, read->context, op->value,
                           op->delta.store);
}

static void
write_set (World   *world,
           State   *state,
           Op      *op,
           guint64  known)
{
  op->replaced = tags_of (world, known, op->value);
  if (op->is_remove)
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
    .is_remove = g_test_rand_int_range (0, 2) != 0
                 && world->type >= MULTI_VALUE && world->type != GROW_ONLY,
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
      write_siblings (world, state, op);
      break;
    case ADD_WINS:
    case REMOVE_WINS:
    case N_TYPES:
    default:
      write_set (world, state, op, world->known[replica]);
      break;
    }
  world->known[replica] |= bit;
  world->n_ops++;
}

static void
world_init (World *world,
            Type   type)
{
  *world = (World) { .type = type };
  for (guint i = 0; i < N_REPLICAS; i++)
    state_init (&world->states[i], type);
}

/* Updates, whole states and single deltas, in any order and again and again. */
static void
play (World *world,
      Type   type,
      guint  n_ops)
{
  world_init (world, type);
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
    {
      state_clear (&world->states[i]);
      g_clear_pointer (&world->reads[i].context, quo_dot_context_free);
    }
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

/* Whatever can be merged: a replica's state, the delta of an update, a group of
 * deltas joined before they are sent, or the empty one. */
static void
draw_operand (const World *world,
              State       *operand)
{
  guint what = (guint) g_test_rand_int_range (0, 8);
  guint n = what < 3 ? 1 : (guint) g_test_rand_int_range (0, 6);

  if (what > 4)
    {
      state_copy (operand, &world->states[g_test_rand_int_range (0, N_REPLICAS)]);
      return;
    }
  state_init (operand, world->type);
  for (guint i = 0; i < n; i++)
    state_merge (operand,
                 &world->ops[g_test_rand_int_range (0, (gint) world->n_ops)].delta);
}

static void
join (State       *result,
      const State *a,
      const State *b)
{
  state_copy (result, a);
  state_merge (result, b);
}

static void
assert_laws (const State *a,
             const State *b,
             const State *c)
{
  State ab, ba, left, bc, right;

  join (&ab, a, b);
  join (&ba, b, a);
  g_assert_true (state_equal (&ab, &ba));

  join (&left, &ab, c);
  join (&bc, b, c);
  join (&right, a, &bc);
  g_assert_true (state_equal (&left, &right));

  state_merge (&left, &right);
  state_merge (&left, b);
  state_merge (&left, &ba);
  g_assert_true (state_equal (&left, &right));

  state_clear (&ab);
  state_clear (&ba);
  state_clear (&left);
  state_clear (&bc);
  state_clear (&right);
}

static void
test_laws (gconstpointer data)
{
  for (guint round = 0; round < 300; round++)
    {
      World world;

      play (&world, GPOINTER_TO_UINT (data),
            (guint) g_test_rand_int_range (1, N_OPS_MAX));
      assert_laws (&world.states[0], &world.states[1], &world.states[2]);
      for (guint i = 0; i < 5; i++)
        {
          State operands[3];

          for (guint k = 0; k < 3; k++)
            draw_operand (&world, &operands[k]);
          assert_laws (&operands[0], &operands[1], &operands[2]);
          for (guint k = 0; k < 3; k++)
            state_clear (&operands[k]);
        }
      clear (&world);
    }
}

/* A group of deltas on its way, or how far a group before it went. */
typedef struct
{
  guint    from;
  guint    to;
  gboolean is_ack;
  guint    upto;
  State    group;
  guint64  known;
} Letter;

typedef struct
{
  State   state;
  guint64 known;
} Delta;

/* Almeida, Shoker and Baquero 2018, without the condition of causal
 * order, which these types do not need: a replica keeps the deltas that came to it and
 * sends each other what that one has not acknowledged, over a network that loses,
 * doubles and reorders. */
typedef struct
{
  World   *world;
  GArray  *deltas[N_REPLICAS]; /* of Delta */
  guint    acked[N_REPLICAS][N_REPLICAS];
  GArray  *letters;
} Post;

static void
clear_delta (gpointer data)
{
  state_clear (&((Delta *) data)->state);
}

static void
clear_letter (gpointer data)
{
  state_clear (&((Letter *) data)->group);
}

static void
keep (Post        *post,
      guint        replica,
      const State *state,
      guint64      known)
{
  Delta delta = { .known = known };

  state_copy (&delta.state, state);
  g_array_append_val (post->deltas[replica], delta);
}

static void
send_deltas (Post  *post,
             guint  from,
             guint  to)
{
  Letter letter = { .from = from, .to = to, .upto = post->deltas[from]->len };

  if (post->acked[from][to] == letter.upto)
    return;

  state_init (&letter.group, post->world->type);
  for (guint i = post->acked[from][to]; i < letter.upto; i++)
    {
      const Delta *delta = &g_array_index (post->deltas[from], Delta, i);

      state_merge (&letter.group, &delta->state);
      letter.known |= delta->known;
    }
  g_array_append_val (post->letters, letter);
}

/* What says nothing new is not sent on, or it would go round for ever. */
static void
deliver (Post         *post,
         const Letter *letter)
{
  World *world = post->world;
  Letter ack = {
    .from = letter->to, .to = letter->from, .is_ack = TRUE, .upto = letter->upto
  };
  State before;

  if (letter->is_ack)
    {
      guint *acked = &post->acked[letter->to][letter->from];

      *acked = MAX (*acked, letter->upto);
      return;
    }
  state_copy (&before, &world->states[letter->to]);
  state_merge (&world->states[letter->to], &letter->group);
  world->known[letter->to] |= letter->known;
  assert_model (world, &world->states[letter->to], world->known[letter->to]);
  if (!state_equal (&before, &world->states[letter->to]))
    keep (post, letter->to, &letter->group, letter->known);
  state_clear (&before);

  state_init (&ack.group, world->type);
  g_array_append_val (post->letters, ack);
}

/* Takes out any letter, not the oldest. */
static void
deliver_any (Post     *post,
             gboolean  is_lossy)
{
  guint nth = (guint) g_test_rand_int_range (0, (gint) post->letters->len);
  Letter letter = g_array_index (post->letters, Letter, nth);
  guint what = is_lossy ? (guint) g_test_rand_int_range (0, 5) : 2;
  Letter copy = letter;

  state_copy (&copy.group, &letter.group);
  if (what != 1) /* or it comes once more */
    g_array_remove_index (post->letters, nth);
  if (what != 0) /* or it is lost */
    deliver (post, &copy);
  state_clear (&copy.group);
}

static void
run_post (Post *post,
          guint n_ops)
{
  World *world = post->world;

  while (world->n_ops < n_ops)
    {
      guint here = (guint) g_test_rand_int_range (0, N_REPLICAS);
      guint what = (guint) g_test_rand_int_range (0, 5);

      if (what == 0)
        {
          const Op *op = &world->ops[world->n_ops];

          update (world, here);
          keep (post, here, &op->delta, op->in_delta);
        }
      else if (what < 3)
        send_deltas (post, here,
                     (here + (guint) g_test_rand_int_range (1, N_REPLICAS))
                       % N_REPLICAS);
      else if (post->letters->len > 0)
        deliver_any (post, TRUE);
    }
}

/* Nothing is lost any more. After each has sent to each once, all know all: what was
 * acknowledged had been merged. */
static void
settle (Post *post)
{
  while (post->letters->len > 0)
    deliver_any (post, FALSE);
  for (guint from = 0; from < N_REPLICAS; from++)
    for (guint to = 0; to < N_REPLICAS; to++)
      if (from != to)
        send_deltas (post, from, to);
  while (post->letters->len > 0)
    deliver_any (post, FALSE);
}

static void
test_delta_sync (gconstpointer data)
{
  for (guint round = 0; round < 100; round++)
    {
      World world;
      Post post = { .world = &world };
      guint64 all;

      world_init (&world, GPOINTER_TO_UINT (data));
      post.letters = g_array_new (FALSE, FALSE, sizeof (Letter));
      g_array_set_clear_func (post.letters, clear_letter);
      for (guint i = 0; i < N_REPLICAS; i++)
        {
          post.deltas[i] = g_array_new (FALSE, FALSE, sizeof (Delta));
          g_array_set_clear_func (post.deltas[i], clear_delta);
        }

      run_post (&post, (guint) g_test_rand_int_range (1, N_OPS_MAX));
      settle (&post);
      all = (G_GUINT64_CONSTANT (1) << world.n_ops) - 1;
      for (guint i = 0; i < N_REPLICAS; i++)
        {
          g_assert_true (state_equal (&world.states[i], &world.states[0]));
          assert_model (&world, &world.states[i], all);
          g_array_unref (post.deltas[i]);
        }
      g_array_unref (post.letters);
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
      g_autofree char *sync = g_strdup_printf (
        "/core/crdt/laws/%s/deltas-converge-over-any-network", names[i]);

      g_test_add_data_func (model, GUINT_TO_POINTER (i), test_model);
      g_test_add_data_func (laws, GUINT_TO_POINTER (i), test_laws);
      g_test_add_data_func (sync, GUINT_TO_POINTER (i), test_delta_sync);
    }

  return g_test_run ();
}
