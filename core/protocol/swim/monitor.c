/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who watches the whole cluster: invariants. They see what a step has changed, and
 * state the paper's rules case by case, apart from the nodes' own arithmetic. */

#include "protocol/swim/swim-private.h"

static void
ghost_init (QuoCluster   *cluster,
            QuoSwimGhost *self)
{
  const QuoSwimOptions *options = quo_cluster_options (cluster);
  guint n = quo_cluster_n_nodes (cluster);
  guint n_founders = options->n_members > 0 ? (guint) options->n_members : n;

  self->n_nodes = n;
  self->nodes = g_new0 (QuoSwimWatch, n);
  self->open = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < n; i++)
    {
      self->nodes[i].down_since = QUO_TIME_NEVER;
      self->nodes[i].acked_at = G_MININT64;
      /* The others know of it from the beginning. */
      if (i < n_founders)
        self->nodes[i].issued = quo_swim_record (1, STATUS_ALIVE, 0);
    }
}

/* What it knew is gone with its process. */
static void
forget (QuoSwimWatch *self)
{
  g_clear_pointer (&self->visits, g_free);
  g_clear_pointer (&self->confirmed, g_hash_table_unref);
  self->n_most = 0;
  self->n_inserted = 0;
}

static const char *
name_of (QuoSwimStatus status)
{
  static const char * const names[] = {
    "Alive", "Suspect", "Confirm", "Left", "nothing"
  };

  return names[status];
}

/* Section 4.2: only a member raises its own incarnation. */
static void
check_issued (QuoCluster        *cluster,
              QuoSwimGhost      *self,
              guint              node,
              const QuoSwimFact *fact)
{
  QuoSwimRecord issued = self->nodes[fact->member].issued;
  guint32 life = quo_swim_life (fact->new);
  guint64 incarnation = quo_swim_incarnation (fact->new);

  if (life < quo_swim_life (issued)
      || (life == quo_swim_life (issued)
          && incarnation <= quo_swim_incarnation (issued)))
    return;

  quo_cluster_violate (cluster, INVARIANT_OWN_INCARNATION,
                       "%s holds %s to be %s in life %u, incarnation %"
                       G_GUINT64_FORMAT ", which %s never said of itself",
                       quo_cluster_label (cluster, node),
                       quo_cluster_label (cluster, fact->member),
                       name_of (quo_swim_status (fact->new)), life, incarnation,
                       quo_cluster_label (cluster, fact->member));
}

/* The table of section 4.2, case by case. */
static gboolean
may_override (QuoSwimRecord new,
              QuoSwimRecord old)
{
  guint64 i = quo_swim_incarnation (new);
  guint64 j = quo_swim_incarnation (old);

  if (old == 0 || quo_swim_life (new) != quo_swim_life (old))
    return quo_swim_life (new) > quo_swim_life (old);

  switch (quo_swim_status (new))
    {
    case STATUS_ALIVE:
      return (quo_swim_status (old) == STATUS_ALIVE
              || quo_swim_status (old) == STATUS_SUSPECT) && i > j;
    case STATUS_SUSPECT:
      return (quo_swim_status (old) == STATUS_SUSPECT && i > j)
             || (quo_swim_status (old) == STATUS_ALIVE && i >= j);
    case STATUS_CONFIRM:
      return quo_swim_status (old) == STATUS_ALIVE
             || quo_swim_status (old) == STATUS_SUSPECT;
    case STATUS_LEFT:
      return quo_swim_status (old) != STATUS_LEFT;
    case STATUS_UNKNOWN:
    default:
      return FALSE;
    }
}

static void
check_precedence (QuoCluster        *cluster,
                  guint              node,
                  const QuoSwimFact *fact)
{
  if (may_override (fact->new, fact->old))
    return;

  quo_cluster_violate (cluster, INVARIANT_PRECEDENCE,
                       "at %s, %s %" G_GUINT64_FORMAT " of %s overrides %s %"
                       G_GUINT64_FORMAT, quo_cluster_label (cluster, node),
                       name_of (quo_swim_status (fact->new)),
                       quo_swim_incarnation (fact->new),
                       quo_cluster_label (cluster, fact->member),
                       name_of (quo_swim_status (fact->old)),
                       quo_swim_incarnation (fact->old));
}

/* Who is given up stays so, even if the node itself has forgotten. */
static void
check_final (QuoCluster        *cluster,
             QuoSwimGhost      *self,
             guint              node,
             const QuoSwimFact *fact)
{
  QuoSwimWatch *watch = &self->nodes[node];
  gpointer key = GUINT_TO_POINTER (fact->member + 1);
  guint32 life = quo_swim_life (fact->new);

  if (quo_swim_is_over (fact->new))
    {
      if (watch->confirmed == NULL)
        watch->confirmed = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (watch->confirmed, key, GUINT_TO_POINTER (life));
      return;
    }
  if (watch->confirmed == NULL
      || life > GPOINTER_TO_UINT (g_hash_table_lookup (watch->confirmed, key)))
    return;

  quo_cluster_violate (cluster, INVARIANT_CONFIRM_FINAL,
                       "%s had given up life %u of %s and holds it %s again",
                       quo_cluster_label (cluster, node), life,
                       quo_cluster_label (cluster, fact->member),
                       name_of (quo_swim_status (fact->new)));
}

static QuoSwimVisit *
visits_of (QuoSwimWatch  *watch,
           const QuoSwim *state)
{
  if (watch->visits == NULL)
    watch->visits = g_new0 (QuoSwimVisit, state->n_nodes);

  return watch->visits;
}

static void
visit (QuoSwimWatch  *watch,
       const QuoSwim *state,
       guint          member)
{
  visits_of (watch, state)[member] = (QuoSwimVisit) {
    (guint32) state->n_periods, watch->n_inserted
  };
}

/* Section 4.3: 2 n - 1 periods at most between two pings of the same member. One that
 * comes back in the same round may have a second turn in it, before others. */
static void
check_turn (QuoCluster    *cluster,
            QuoSwimWatch  *watch,
            guint          node,
            const QuoSwim *state,
            guint          member)
{
  QuoSwimVisit last = visits_of (watch, state)[member];
  guint64 bound = 2 * ((guint64) watch->n_most + 1) - 1
                  + (watch->n_inserted - last.n_inserted);

  if (state->n_periods - last.period > bound)
    quo_cluster_violate (cluster, INVARIANT_ROUND_ROBIN,
                         "%s pinged %s %" G_GUINT64_FORMAT " periods ago and not "
                         "since; in a group of %u, %" G_GUINT64_FORMAT " is the bound",
                         quo_cluster_label (cluster, node),
                         quo_cluster_label (cluster, member),
                         state->n_periods - last.period, watch->n_most + 1, bound);
}

static void
check_target (QuoCluster    *cluster,
              QuoSwimGhost  *self,
              guint          node,
              const QuoSwim *state,
              guint          target)
{
  const QuoSwimOptions *options = quo_cluster_options (cluster);
  QuoSwimWatch *watch = &self->nodes[node];
  guint other = (guint) (state->n_periods % state->n_nodes);

  watch->begun_at = quo_cluster_now (cluster);
  self->n_periods++;
  if (options->target != TARGET_ROUND_ROBIN)
    return;

  watch->n_most = MAX (watch->n_most, state->n_order);
  check_turn (cluster, watch, node, state, target);
  visit (watch, state, target);
  /* Of those who are never pinged at all, one a period. */
  if (other != node && state->records[other] != 0
      && !quo_swim_is_over (state->records[other]))
    check_turn (cluster, watch, node, state, other);
}

/* Section 3.1: an ack, direct or not, is an answer to a ping of this period. */
static void
check_answered (QuoCluster   *cluster,
                QuoSwimGhost *self,
                guint         node,
                guint         target)
{
  if (self->nodes[target].acked_at >= self->nodes[node].begun_at)
    return;

  quo_cluster_violate (cluster, INVARIANT_ANSWERED,
                       "%s takes it that %s has answered, which was not pinged in "
                       "this period", quo_cluster_label (cluster, node),
                       quo_cluster_label (cluster, target));
}

/* Section 3: completeness. A crashed member that is pinged does not pass for alive. */
static void
check_ended (QuoCluster        *cluster,
             QuoSwimGhost      *self,
             guint              node,
             const QuoSwimFact *fact)
{
  const QuoSwimWatch *target = &self->nodes[fact->member];

  if (target->down_since == QUO_TIME_NEVER
      || target->down_since >= self->nodes[node].begun_at
      || quo_swim_status (fact->new) != STATUS_ALIVE
      || quo_swim_life (fact->new) != quo_swim_life (fact->old))
    return;

  quo_cluster_violate (cluster, INVARIANT_COMPLETENESS,
                       "%s pinged %s, which had crashed, and holds it Alive",
                       quo_cluster_label (cluster, node),
                       quo_cluster_label (cluster, fact->member));
}

static void
check_identity (QuoCluster    *cluster,
                QuoSwimGhost  *self,
                guint          node,
                const QuoSwim *state)
{
  QuoSwimWatch *watch = &self->nodes[node];
  guint32 life = quo_swim_life (state->records[node]);

  if (life <= watch->life && !state->is_fresh)
    quo_cluster_violate (cluster, INVARIANT_NEW_IDENTITY,
                         "%s comes back as life %u, which an earlier process of it "
                         "has had", quo_cluster_label (cluster, node), life);
  watch->life = life;
}

/* Section 4.2: who hears that it is suspected or given up says something of itself
 * that overrides it, or is about to when its disk has it. */
static void
check_refuted (QuoCluster    *cluster,
               guint          node,
               const QuoSwim *state)
{
  QuoSwimRecord heard = state->heard;

  if (heard == 0 || quo_swim_status (heard) == STATUS_ALIVE
      || (state->role != ROLE_MEMBER && state->role != ROLE_DOUBTING))
    return;
  if (may_override (quo_swim_record (state->life, STATUS_ALIVE, state->incarnation),
                    heard)
      || quo_swim_life (heard) < MAX (state->life, state->pending_life))
    return;

  /* An old suspicion, long refuted. */
  if (quo_swim_status (heard) == STATUS_SUSPECT
      && quo_swim_incarnation (heard) < state->incarnation)
    return;

  quo_cluster_violate (cluster, INVARIANT_REFUTATION,
                       "%s hears that it is %s in incarnation %" G_GUINT64_FORMAT
                       " and lets that stand", quo_cluster_label (cluster, node),
                       name_of (quo_swim_status (heard)),
                       quo_swim_incarnation (heard));
}

static void
follow_change (QuoCluster        *cluster,
               QuoSwimGhost      *self,
               guint              node,
               const QuoSwim     *state,
               const QuoSwimFact *fact)
{
  QuoSwimWatch *watch = &self->nodes[node];
  gboolean was_listed = fact->old != 0 && !quo_swim_is_over (fact->old);

  check_issued (cluster, self, node, fact);
  check_precedence (cluster, node, fact);
  check_final (cluster, self, node, fact);
  if (!was_listed && !quo_swim_is_over (fact->new))
    {
      watch->n_inserted++;
      visit (watch, state, fact->member);
    }
  watch->n_most = MAX (watch->n_most, state->n_order);
  quo_swim_measure_change (cluster, self, node, fact);
}

static void
follow (QuoCluster    *cluster,
        QuoSwimGhost  *self,
        guint          node,
        const QuoSwim *state)
{
  for (guint i = 0; i < state->facts->len; i++)
    {
      const QuoSwimFact *fact = &g_array_index (state->facts, QuoSwimFact, i);

      switch (fact->kind)
        {
        case FACT_CHANGED:
          follow_change (cluster, self, node, state, fact);
          break;
        case FACT_TARGET:
          check_target (cluster, self, node, state, fact->member);
          break;
        case FACT_ENDED:
          check_ended (cluster, self, node, fact);
          break;
        case FACT_ANSWERED:
          check_answered (cluster, self, node, fact->member);
          break;
        case FACT_ACKED:
          self->nodes[node].acked_at = quo_cluster_now (cluster);
          break;
        case FACT_IDENTITY:
          check_identity (cluster, self, node, state);
          break;
        case FACT_REFUTED:
        default:
          self->n_refutations++;
          break;
        }
    }
}

static void
follow_activity (QuoSwimGhost *self,
                 guint         node,
                 gboolean      is_active)
{
  if (self->nodes[node].is_active == is_active)
    return;

  self->nodes[node].is_active = is_active;
  if (is_active)
    self->n_active++;
  else
    self->n_active--;
}

/**
 * quo_swim_check:
 * @cluster: after a step
 * @ghost: a #QuoSwimGhost
 * @node: who made it
 */
void
quo_swim_check (QuoCluster *cluster,
                gpointer    ghost,
                guint       node)
{
  QuoSwimGhost *self = ghost;
  const QuoSwim *state = quo_cluster_state (cluster, node);
  QuoSwimWatch *watch;

  if (self->nodes == NULL)
    ghost_init (cluster, self);
  watch = &self->nodes[node];
  if (state == NULL || state->facts == NULL)
    {
      forget (watch);
      follow_activity (self, node, FALSE);
      if (watch->down_since == QUO_TIME_NEVER)
        quo_swim_measure_down (cluster, self, node);
      return;
    }
  if (state->records == NULL)
    return;

  if (watch->down_since != QUO_TIME_NEVER)
    quo_swim_measure_up (self, node);
  /* What it says of itself in this step others may hold from the next on. */
  if (state->life > 0 && state->role != ROLE_LEFT)
    watch->issued = MAX (watch->issued,
                         quo_swim_record (state->life, STATUS_ALIVE,
                                          state->incarnation));
  follow_activity (self, node, quo_swim_is_member (state));
  follow (cluster, self, node, state);
  check_refuted (cluster, node, state);
  /* In the step in which it goes it may have given somebody up. */
  if (state->role == ROLE_LEFT)
    forget (watch);
}

/**
 * quo_swim_clear_ghost:
 * @ghost: a #QuoSwimGhost
 */
void
quo_swim_clear_ghost (gpointer ghost)
{
  QuoSwimGhost *self = ghost;

  if (self->nodes == NULL)
    return;

  for (guint i = 0; i < self->n_nodes; i++)
    {
      forget (&self->nodes[i]);
      g_clear_pointer (&self->nodes[i].end, quo_swim_end_free);
    }
  g_clear_pointer (&self->nodes, g_free);
  g_clear_pointer (&self->open, g_array_unref);
}
