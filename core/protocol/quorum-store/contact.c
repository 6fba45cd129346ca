/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whom a coordinator asks, and whom it takes to be away. */

#include "protocol/quorum-store/quorum-private.h"

/**
 * quo_quorum_is_suspected:
 * @node: a node
 * @self: its memory
 * @other: index of another node
 *
 * Returns: whether @other did not answer lately
 */
gboolean
quo_quorum_is_suspected (QuoNode   *node,
                         QuoQuorum *self,
                         guint      other)
{
  return self->n_suspected > 0
         && g_array_index (self->suspected, QuoTime, other) > quo_node_now (node);
}

/**
 * quo_quorum_suspect:
 * @node: a node
 * @self: its memory
 * @other: index of a node that did not answer in time
 *
 * A node's own view of who is away; nobody is told (DeCandia et al. 2007, section
 * 4.8.3). It ends when anything comes from @other, or after a while: else nobody
 * would ever ask again.
 */
void
quo_quorum_suspect (QuoNode   *node,
                    QuoQuorum *self,
                    guint      other)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoTime *until;
  gint64 fields[] = { other };

  if (self->suspected->len == 0)
    g_array_set_size (self->suspected, quo_node_n_nodes (node));
  until = &g_array_index (self->suspected, QuoTime, other);
  if (*until == 0)
    {
      self->n_suspected++;
      quo_node_set_row (node, QUO_QUORUM_FIELD_SUSPECTS, other, NULL);
      quo_node_note (node, QUO_QUORUM_NOTE_SUSPECTS, fields);
    }
  *until = quo_node_now (node) + options->suspicion;
  quo_node_wake_after (node, QUO_QUORUM_TIMER_SUSPICION, options->suspicion, other);
}

/**
 * quo_quorum_trust:
 * @node: a node
 * @self: its memory
 * @other: index of a node that was heard of
 */
void
quo_quorum_trust (QuoNode   *node,
                  QuoQuorum *self,
                  guint      other)
{
  if (self->n_suspected == 0
      || g_array_index (self->suspected, QuoTime, other) == 0)
    return;

  g_array_index (self->suspected, QuoTime, other) = 0;
  self->n_suspected--;
  quo_node_remove_row (node, QUO_QUORUM_FIELD_SUSPECTS, other);
}

/* At the coordinator itself, without a message. */
static void
ask_oneself (QuoNode          *node,
             QuoQuorum        *self,
             QuoQuorumRequest *request,
             int               stands_for)
{
  QuoQuorumSync sync = {
    .to = (int) quo_node_index (node),
    .message = QUO_QUORUM_WRITE_ACK,
    .request = request->id,
    .stands_for = stands_for,
    .key = request->key,
    .record = request->record,
  };

  if (request->kind == QUO_OP_READ)
    {
      quo_quorum_serve (node, self, quo_node_index (node), request->id,
                        request->key);
      return;
    }
  if (stands_for != QUO_NO_NODE)
    {
      quo_quorum_keep_hint (node, self, &sync);
      return;
    }
  quo_quorum_learn (node, self, request->key, &request->record);
  quo_quorum_sync (node, self, QUO_QUORUM_SYNC_WRITE, &sync);
}

/**
 * quo_quorum_ask:
 * @node: a coordinator
 * @self: its memory
 * @request: an operation; may be gone afterwards
 * @to: who is asked
 * @stands_for: the replica in whose place, or %QUO_NO_NODE
 */
void
quo_quorum_ask (QuoNode          *node,
                QuoQuorum        *self,
                QuoQuorumRequest *request,
                guint             to,
                int               stands_for)
{
  QuoQuorumAsked asked = {
    .node = to,
    .stands_for = stands_for,
    .record = QUO_QUORUM_NOTHING,
  };
  gint64 fields[] = { request->id, request->key };

  g_array_append_val (request->asked, asked);
  if (to == quo_node_index (node))
    ask_oneself (node, self, request, stands_for);
  else if (request->kind == QUO_OP_READ)
    quo_node_send (node, to, QUO_QUORUM_READ, fields);
  else
    quo_quorum_send_record (node, to,
                            stands_for == QUO_NO_NODE ? QUO_QUORUM_WRITE
                                                      : QUO_QUORUM_HINT,
                            request->id, stands_for, request->key,
                            &request->record);
}

/* Of the key's replicas as many as must answer, by chance, and no others: the
 * probabilistic quorums of Malkhi, Reiter and Wright, PODC 1997. */
static void
choose_few (QuoNode          *node,
            QuoQuorumRequest *request,
            guint            *homes)
{
  for (guint i = 0; i < request->n_needed; i++)
    {
      guint other = i + (guint) quo_node_random_below (node,
                                                       QUO_QUORUM_CHANCE_CONTACT,
                                                       request->n_homes - i);
      guint swap = homes[i];

      homes[i] = homes[other];
      homes[other] = swap;
    }
}

/* DeCandia et al. 2007, section 4.6: the first healthy nodes of the preference
 * list; one that is not a replica stands in for one that is and is away. */
static guint
choose_healthy (QuoNode          *node,
                QuoQuorum        *self,
                QuoQuorumRequest *request,
                const guint      *nodes,
                guint             n,
                QuoQuorumAsked   *plan)
{
  guint next = request->n_homes;
  guint n_plan = 0;

  for (guint i = 0; i < request->n_homes; i++)
    {
      if (!quo_quorum_is_suspected (node, self, nodes[i]))
        {
          plan[n_plan++] = (QuoQuorumAsked) { nodes[i], QUO_NO_NODE };
          continue;
        }
      while (next < n && quo_quorum_is_suspected (node, self, nodes[next]))
        next++;
      if (next < n)
        plan[n_plan++] = (QuoQuorumAsked) { nodes[next++], (int) nodes[i] };
    }

  return n_plan;
}

/**
 * quo_quorum_choose:
 * @node: a coordinator
 * @self: its memory
 * @request: an operation; may be gone afterwards
 *
 * Asks all that are to be asked at once, but for oneself when that was done.
 */
void
quo_quorum_choose (QuoNode          *node,
                   QuoQuorum        *self,
                   QuoQuorumRequest *request)
{
  const QuoQuorumOptions *options = quo_node_options (node);
  QuoQuorumWorld world = { node, NULL };
  gboolean has_own = request->asked->len > 0;
  g_autofree guint *nodes = NULL;
  guint n = quo_quorum_preference (&world, request->key, &nodes);
  g_autofree QuoQuorumAsked *plan = g_new0 (QuoQuorumAsked, n);
  guint n_plan = request->n_homes;

  if (options->contact == QUO_QUORUM_CONTACT_QUORUM)
    {
      choose_few (node, request, nodes);
      n_plan = request->n_needed;
    }
  for (guint i = 0; i < n_plan; i++)
    plan[i] = (QuoQuorumAsked) { nodes[i], QUO_NO_NODE };
  if (request->is_sloppy)
    n_plan = choose_healthy (node, self, request, nodes, n, plan);

  /* Oneself last: the others' messages are on their way before the own answer
   * can end the operation. */
  for (guint i = 0; i < n_plan; i++)
    if (plan[i].node != quo_node_index (node))
      quo_quorum_ask (node, self, request, plan[i].node, plan[i].stands_for);
  for (guint i = 0; i < n_plan; i++)
    if (plan[i].node == quo_node_index (node) && !has_own)
      {
        quo_quorum_ask (node, self, request, plan[i].node, plan[i].stands_for);
        return;
      }
}
