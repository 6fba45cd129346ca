/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One line for each built-in protocol: the only place outside its own folder
 * that names it. */

#include "protocol/protocol.h"

#define QUO_PROTOCOLS_MAX 64

extern const QuoProtocol quo_best_effort;
extern const QuoProtocol quo_causal_broadcast;
extern const QuoProtocol quo_causal_store;
extern const QuoProtocol quo_chain_replication;
extern const QuoProtocol quo_gossip;
extern const QuoProtocol quo_paxos_commit;
extern const QuoProtocol quo_primary_backup;
extern const QuoProtocol quo_quorum_store;
extern const QuoProtocol quo_raft;
extern const QuoProtocol quo_replicated_register;
extern const QuoProtocol quo_swim;
extern const QuoProtocol quo_three_phase_commit;
extern const QuoProtocol quo_two_phase_commit;
extern const QuoProtocol quo_vector_clocks;
