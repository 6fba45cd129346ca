/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/protocol.h"

#include "protocol/registry-private.h"

/* The order is the gallery's: from strong to weak. */
static const QuoProtocol *protocols[QUO_PROTOCOLS_MAX + 1] = {
  &quo_raft,
  &quo_two_phase_commit,
  &quo_three_phase_commit,
  &quo_paxos_commit,
  &quo_primary_backup,
  &quo_chain_replication,
  &quo_causal_broadcast,
  &quo_causal_store,
  &quo_vector_clocks,
  &quo_quorum_store,
  &quo_replicated_register,
  &quo_gossip,
  &quo_best_effort,
  &quo_swim,
  NULL,
};

/**
 * quo_protocols:
 *
 * Returns: (transfer none): every protocol, from strong to weak; ends with %NULL
 */
const QuoProtocol * const *
quo_protocols (void)
{
  return protocols;
}

/**
 * quo_protocol_find:
 * @id: as in a scenario's "protocol"
 *
 * Returns: (transfer none) (nullable): the protocol, or %NULL when there is none
 *   of that name
 */
const QuoProtocol *
quo_protocol_find (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; protocols[i] != NULL; i++)
    if (g_str_equal (protocols[i]->declaration.id, id))
      return protocols[i];

  return NULL;
}

/**
 * quo_protocol_add:
 * @protocol: (transfer none): lives as long as the process
 *
 * Makes a protocol known that is not built in. To be called before any other
 * thread looks at the registry; at most %QUO_PROTOCOLS_MAX are kept, and one of a
 * name that is there already is left out.
 */
void
quo_protocol_add (const QuoProtocol *protocol)
{
  guint n = 0;

  g_return_if_fail (protocol != NULL);

  if (quo_protocol_find (protocol->declaration.id) != NULL)
    return;

  while (protocols[n] != NULL)
    n++;
  g_return_if_fail (n < QUO_PROTOCOLS_MAX);

  protocols[n] = protocol;
}
