/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Raft declares: the tables that every view is made from. */

#include "raft-private.h"

#include <glib/gi18n-lib.h>

static const char * const sources[] = {
  "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 2014",
  "Ongaro: Consensus: Bridging Theory and Practice, 2014",
  NULL
};

static const char * const refused_granted[] = { "refused", "granted", NULL };
static const char * const mismatch_ok[] = { "mismatch", "ok", NULL };
static const char * const role_names[] = {
  "follower", "pre-candidate", "candidate", "leader", NULL
};
/* QuoRaftReason */
static const char * const reasons[] = {
  "higher term seen", "leader heard", "no majority answers", "no member any more", NULL
};
/* QuoRaftRefusal */
static const char * const refusals[] = {
  "stale term", "vote given", "log is behind", "leader is alive", NULL
};
/* QuoRaftObjection */
static const char * const objections[] = {
  "not the leader", "another change is under way",
  "no entry of its own term is committed", "nothing would change",
  "no such server", NULL
};
static const char * const reads_names[] = {
  "log", "read-index", "lease", "local", NULL
};
static const char * const back_up_names[] = { "decrement", "hint", NULL };

static const QuoRoleSpec roles[] = {
  { "follower", N_("Answers a leader and candidates"), QUO_TONE_NEUTRAL, FALSE },
  { "pre-candidate", N_("Asks whether it would be elected"), QUO_TONE_INFO, FALSE },
  { "candidate", N_("Asks for votes in a new term"), QUO_TONE_WARN, FALSE },
  { "leader", N_("Serves clients and replicates its log"), QUO_TONE_GOOD, TRUE },
  { NULL }
};

static const QuoTransitionSpec transitions[] = {
  { N_("election timeout"), QUO_RAFT_FOLLOWER, QUO_RAFT_CANDIDATE },
  { N_("election timeout, pre-vote on"), QUO_RAFT_FOLLOWER,
    QUO_RAFT_PRE_CANDIDATE },
  { N_("a majority would vote"), QUO_RAFT_PRE_CANDIDATE, QUO_RAFT_CANDIDATE },
  { N_("leader or higher term seen"), QUO_RAFT_PRE_CANDIDATE, QUO_RAFT_FOLLOWER },
  { N_("timeout, new election"), QUO_RAFT_CANDIDATE, QUO_RAFT_CANDIDATE },
  { N_("timeout, pre-vote on"), QUO_RAFT_CANDIDATE, QUO_RAFT_PRE_CANDIDATE },
  { N_("votes of a majority"), QUO_RAFT_CANDIDATE, QUO_RAFT_LEADER },
  { N_("leader or higher term seen"), QUO_RAFT_CANDIDATE, QUO_RAFT_FOLLOWER },
  { N_("higher term seen"), QUO_RAFT_LEADER, QUO_RAFT_FOLLOWER },
  { NULL }
};

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE] = {
    "role", N_("What it is now"), QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE,
    QUO_USE_ROLE, { NULL }, { { "role", QUO_TYPE_ENUM, role_names } },
    QUO_RAFT_FOLLOWER
  },
  [FIELD_TERM] = {
    "term", N_("Latest term it has seen"), QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE,
    QUO_USE_EPOCH, { NULL }, { { "term", QUO_TYPE_INT } }, 0
  },
  [FIELD_VOTED_FOR] = {
    "voted-for", N_("Who got its vote in this term"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "voted-for", QUO_TYPE_NODE } }, QUO_NO_NODE
  },
  [FIELD_LOG] = {
    "log", N_("Its log: what was asked for, and in which term"), QUO_SHAPE_LOG,
    QUO_STORAGE_DURABLE, QUO_USE_LOG, { "index", QUO_TYPE_INT },
    { { "term", QUO_TYPE_INT },
      { "command", QUO_TYPE_NAME },
      { "client", QUO_TYPE_NODE },
      { "serial", QUO_TYPE_INT } }, 0
  },
  [FIELD_COMMIT_INDEX] = {
    "commit-index", N_("Last entry it knows to be committed"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_COMMIT, { NULL },
    { { "commit-index", QUO_TYPE_INT } }, 0
  },
  [FIELD_LAST_APPLIED] = {
    "last-applied", N_("Last entry its store has executed"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
    { { "last-applied", QUO_TYPE_INT } }, 0
  },
  [FIELD_LEADER] = {
    "leader", N_("Whom it takes for the leader"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
    { { "leader", QUO_TYPE_NODE } }, QUO_NO_NODE
  },
  [FIELD_DEADLINE] = {
    "election-deadline", N_("When it stands for election if no leader is heard"),
    QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_DEADLINE, { NULL },
    { { "election-deadline", QUO_TYPE_TIME } }, QUO_TIME_NEVER
  },
  [FIELD_STORE] = {
    "store", N_("Keys and values after the entries executed"), QUO_SHAPE_MAP,
    QUO_STORAGE_VOLATILE, QUO_USE_STORE, { "key", QUO_TYPE_NAME },
    { { "value", QUO_TYPE_NAME } }, 0
  },
  [FIELD_NEXT_INDEX] = {
    "next-index", N_("Leader: next entry to send to each server"), QUO_SHAPE_MAP,
    QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { "server", QUO_TYPE_NODE },
    { { "index", QUO_TYPE_INT } }, 0
  },
  [FIELD_MATCH_INDEX] = {
    "match-index", N_("Leader: last entry each server is known to have"),
    QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
    { "server", QUO_TYPE_NODE }, { { "index", QUO_TYPE_INT } }, 0
  },
  [FIELD_MEMBERS] = {
    "members", N_("Servers that count, by the last configuration in its log"),
    QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
    { { "members", QUO_TYPE_NAME } }, 0
  },
  [FIELD_SNAPSHOT_INDEX] = {
    "snapshot-index", N_("Last entry that its snapshot stands for"),
    QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "snapshot-index", QUO_TYPE_INT } }, 0
  },
  [FIELD_SNAPSHOT_TERM] = {
    "snapshot-term", N_("Term of that entry"), QUO_SHAPE_SCALAR,
    QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "snapshot-term", QUO_TYPE_INT } }, 0
  },
  [FIELD_SNAPSHOT_MEMBERS] = {
    "snapshot-members", N_("Configuration in force at that entry"),
    QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "snapshot-members", QUO_TYPE_NAME } }, 0
  },
  [FIELD_SNAPSHOT_DIGEST] = {
    "snapshot-digest", N_("Check sum of all entries up to that one"),
    QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
    { { "snapshot-digest", QUO_TYPE_INT } }, 0
  },
  [FIELD_SNAPSHOT] = {
    "snapshot", N_("The store, and the replies that clients may ask for again"),
    QUO_SHAPE_MAP, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { "row", QUO_TYPE_INT },
    { { "client", QUO_TYPE_NODE },
      { "serial", QUO_TYPE_INT },
      { "key", QUO_TYPE_NAME },
      { "value", QUO_TYPE_NAME } }, 0
  },
  { NULL }
};

static const QuoMessageSpec messages[] = {
  [MESSAGE_REQUEST_VOTE] = {
    "RequestVote", "RequestVote t={term} last={last-index}/{last-term}",
    N_("A candidate asks for a vote"), FALSE, "term",
    { { "term", QUO_TYPE_INT },
      { "last-index", QUO_TYPE_INT },
      { "last-term", QUO_TYPE_INT },
      { "transfer", QUO_TYPE_BOOL } }
  },
  [MESSAGE_REQUEST_VOTE_REPLY] = {
    "RequestVoteReply", "vote {granted} t={term}",
    N_("A vote, or its refusal"), TRUE, "term",
    { { "term", QUO_TYPE_INT },
      { "granted", QUO_TYPE_ENUM, refused_granted } }
  },
  [MESSAGE_APPEND_ENTRIES] = {
    "AppendEntries",
    "heartbeat t={term}|"
    "AppendEntries t={term} prev={prev-index}/{prev-term} +{#}",
    N_("The leader's entries; without any it is a heartbeat"), FALSE, "term",
    { { "term", QUO_TYPE_INT },
      { "prev-index", QUO_TYPE_INT },
      { "prev-term", QUO_TYPE_INT },
      { "commit", QUO_TYPE_INT },
      { "round", QUO_TYPE_INT } },
    { { "term", QUO_TYPE_INT },
      { "command", QUO_TYPE_NAME },
      { "client", QUO_TYPE_NODE },
      { "serial", QUO_TYPE_INT } }
  },
  [MESSAGE_APPEND_ENTRIES_REPLY] = {
    "AppendEntriesReply", "{success} {index} t={term}",
    N_("How far the logs match, or that they do not at an index"), TRUE, "term",
    { { "term", QUO_TYPE_INT },
      { "success", QUO_TYPE_ENUM, mismatch_ok },
      { "index", QUO_TYPE_INT },
      { "hint", QUO_TYPE_INT },
      { "hint-term", QUO_TYPE_INT },
      { "round", QUO_TYPE_INT } }
  },
  [MESSAGE_PRE_VOTE] = {
    "PreVote", "PreVote t={term} last={last-index}/{last-term}",
    N_("Would you vote for me in this term?"), FALSE, "term",
    { { "term", QUO_TYPE_INT },
      { "last-index", QUO_TYPE_INT },
      { "last-term", QUO_TYPE_INT } }
  },
  [MESSAGE_PRE_VOTE_REPLY] = {
    "PreVoteReply", "pre-vote {granted} t={term}",
    N_("Whether it would vote; binds nobody"), TRUE, "term",
    { { "term", QUO_TYPE_INT },
      { "granted", QUO_TYPE_ENUM, refused_granted } }
  },
  [MESSAGE_TIMEOUT_NOW] = {
    "TimeoutNow", "TimeoutNow t={term}",
    N_("The leader hands over: stand for election at once"), FALSE, "term",
    { { "term", QUO_TYPE_INT } }
  },
  [MESSAGE_INSTALL_SNAPSHOT] = {
    "InstallSnapshot", "InstallSnapshot t={term} last={last-index}/{last-term}",
    N_("The leader's snapshot, for a server that lacks entries compacted away"),
    FALSE, "term",
    { { "term", QUO_TYPE_INT },
      { "last-index", QUO_TYPE_INT },
      { "last-term", QUO_TYPE_INT },
      { "members", QUO_TYPE_NAME },
      { "digest", QUO_TYPE_INT },
      { "round", QUO_TYPE_INT } },
    { { "client", QUO_TYPE_NODE },
      { "serial", QUO_TYPE_INT },
      { "key", QUO_TYPE_NAME },
      { "value", QUO_TYPE_NAME } }
  },
  [MESSAGE_INSTALL_SNAPSHOT_REPLY] = {
    "InstallSnapshotReply", "installed {index} t={term}",
    N_("How far the log matches now"), TRUE, "term",
    { { "term", QUO_TYPE_INT },
      { "index", QUO_TYPE_INT },
      { "round", QUO_TYPE_INT } }
  },
  { NULL }
};

static const QuoTimerSpec timers[] = {
  [TIMER_ELECTION] = { "election", N_("No leader heard for an election timeout") },
  [TIMER_HEARTBEAT] = { "heartbeat", N_("The leader's next round is due") },
  [TIMER_TRANSFER] = { "transfer", N_("Leadership could not be handed over") },
  [TIMER_SNAPSHOT] = { "snapshot", N_("Enough entries were executed to compact them") },
  { NULL }
};

static const QuoWriteSpec writes[] = {
  [WRITE_REQUEST_VOTE] = {
    "request-vote", N_("A candidate's own term and vote"), TRUE
  },
  [WRITE_VOTE] = { "vote", N_("A voter's term and vote"), TRUE },
  [WRITE_APPEND] = { "append", N_("Entries of the log"), TRUE },
  [WRITE_SNAPSHOT] = { "snapshot", N_("A snapshot, and the shorter log"), TRUE },
  { NULL }
};

static const QuoNoteSpec notes[] = {
  [NOTE_ELECTION] = {
    "election", "stands in term {term}",
    N_("Starts an election"), QUO_TONE_INFO, TRUE,
    { { "term", QUO_TYPE_INT } }
  },
  [NOTE_PRE_VOTE] = {
    "pre-vote", "asks for pre-votes for term {term}",
    N_("Asks whether it would win"), QUO_TONE_INFO, TRUE,
    { { "term", QUO_TYPE_INT } }
  },
  [NOTE_LEADER] = {
    "leader", "leads term {term}",
    N_("Becomes the leader"), QUO_TONE_GOOD, TRUE,
    { { "term", QUO_TYPE_INT } }
  },
  [NOTE_STEPS_DOWN] = {
    "steps-down", "steps down from term {term}: {reason}",
    N_("A leader becomes a follower"), QUO_TONE_WARN, TRUE,
    { { "term", QUO_TYPE_INT },
      { "reason", QUO_TYPE_ENUM, reasons } }
  },
  [NOTE_VOTE] = {
    "vote", "votes for {candidate} in term {term}",
    N_("Gives its vote"), QUO_TONE_NEUTRAL, FALSE,
    { { "candidate", QUO_TYPE_NODE },
      { "term", QUO_TYPE_INT } }
  },
  [NOTE_REFUSES] = {
    "refuses", "refuses {candidate} in term {term}: {reason}",
    N_("Refuses its vote"), QUO_TONE_NEUTRAL, FALSE,
    { { "candidate", QUO_TYPE_NODE },
      { "term", QUO_TYPE_INT },
      { "reason", QUO_TYPE_ENUM, refusals } }
  },
  [NOTE_COMMIT] = {
    "commit", "commit {index}: {command}",
    N_("A majority has the entry on disk"), QUO_TONE_GOOD, TRUE,
    { { "index", QUO_TYPE_INT },
      { "command", QUO_TYPE_NAME } }
  },
  [NOTE_COMMIT_UP_TO] = {
    "commit-up-to", "commit up to {index}",
    N_("A majority has the entries on disk, several at once"), QUO_TONE_GOOD, TRUE,
    { { "index", QUO_TYPE_INT } }
  },
  [NOTE_REPLACES] = {
    "replaces", "drops its entries from {index} on",
    N_("Entries that never committed conflict with the leader's"),
    QUO_TONE_WARN, TRUE,
    { { "index", QUO_TYPE_INT },
      { "count", QUO_TYPE_INT } }
  },
  [NOTE_TRANSFER] = {
    "transfer", "hands over to {server}",
    N_("Begins to hand leadership over"), QUO_TONE_INFO, TRUE,
    { { "server", QUO_TYPE_NODE } }
  },
  [NOTE_CONFIGURATION] = {
    "configuration", "uses {members}",
    N_("A configuration came into its log, and counts from now on"),
    QUO_TONE_INFO, TRUE,
    { { "members", QUO_TYPE_NAME } }
  },
  [NOTE_REFUSES_CHANGE] = {
    "refuses-change", "changes no members: {reason}",
    N_("Does not change the members now"), QUO_TONE_WARN, TRUE,
    { { "reason", QUO_TYPE_ENUM, objections } }
  },
  [NOTE_SNAPSHOT] = {
    "snapshot", "compacts its log up to {index}",
    N_("A snapshot takes the place of the entries executed"), QUO_TONE_NEUTRAL,
    FALSE, { { "index", QUO_TYPE_INT } }
  },
  [NOTE_INSTALLS] = {
    "installs", "takes the leader's snapshot up to {index}",
    N_("Goes on from the leader's snapshot"), QUO_TONE_INFO, TRUE,
    { { "index", QUO_TYPE_INT } }
  },
  { NULL }
};

static const QuoCommandSpec commands[] = {
  [COMMAND_TRANSFER] = {
    "transfer", N_("The leader hands leadership to another server"),
    { { "to", QUO_TYPE_NODE } }
  },
  [COMMAND_ADD_LEARNER] = {
    "add-learner", N_("The leader sends the log to a server that does not vote"),
    { { "server", QUO_TYPE_NODE } }
  },
  [COMMAND_ADD_MEMBER] = {
    "add-member", N_("The leader adds a voting server, one at a time"),
    { { "server", QUO_TYPE_NODE } }
  },
  [COMMAND_REMOVE_MEMBER] = {
    "remove-member", N_("The leader takes a server away, one at a time"),
    { { "server", QUO_TYPE_NODE } }
  },
  [COMMAND_CHANGE_MEMBERS] = {
    "change-members", N_("The leader changes to any set of voting servers, by joint "
                         "consensus; their names with spaces between them"),
    { { "members", QUO_TYPE_NAME } }
  },
  { NULL }
};

static const QuoOptionSpec options[] = {
  { "election-timeout", N_("How long a server waits for a leader, drawn anew each "
                           "time"),
    QUO_OPTION_RANGE, G_STRUCT_OFFSET (QuoRaftOptions, election_timeout),
    "150ms..300ms", 1e-6, 86400 },
  { "heartbeat-interval", N_("Time between a leader's heartbeats"),
    QUO_OPTION_DURATION, G_STRUCT_OFFSET (QuoRaftOptions, heartbeat_interval),
    "50ms", 1e-6, 86400 },
  { "no-op", N_("A leader begins its term with an entry without a command"),
    QUO_OPTION_BOOL, G_STRUCT_OFFSET (QuoRaftOptions, has_no_op), "true" },
  { "back-up", N_("How a leader finds where a log differs: one entry a message, or "
                  "by the follower's hint"),
    QUO_OPTION_ENUM, G_STRUCT_OFFSET (QuoRaftOptions, back_up), "decrement", 0, 0,
    back_up_names },
  { "batch", N_("Most entries in one message"),
    QUO_OPTION_INT, G_STRUCT_OFFSET (QuoRaftOptions, batch), "64", 1, 65536 },
  { "pipelining", N_("Send further entries before the last are acknowledged"),
    QUO_OPTION_BOOL, G_STRUCT_OFFSET (QuoRaftOptions, is_pipelined), "true" },
  { "in-flight", N_("Most messages with entries that one server has not acknowledged; "
                    "with pipelining"),
    QUO_OPTION_INT, G_STRUCT_OFFSET (QuoRaftOptions, in_flight), "256", 1, 65536 },
  { "pre-vote", N_("Stand only after a majority said that it would vote"),
    QUO_OPTION_BOOL, G_STRUCT_OFFSET (QuoRaftOptions, has_pre_vote), "false" },
  { "check-quorum", N_("A leader that no majority answers steps down, and voters "
                       "that hear a leader do not vote"),
    QUO_OPTION_BOOL, G_STRUCT_OFFSET (QuoRaftOptions, has_check_quorum), "false" },
  { "reads", N_("How reads are served: through the log, after a round of "
                "heartbeats, under a lease (safe with check-quorum), or from any "
                "server's own copy (may be stale)"),
    QUO_OPTION_ENUM, G_STRUCT_OFFSET (QuoRaftOptions, reads), "log", 0, 0,
    reads_names },
  { "lease-drift", N_("How much faster another clock may run, as a share"),
    QUO_OPTION_NUMBER, G_STRUCT_OFFSET (QuoRaftOptions, lease_drift), "0.01", 0,
    10 },
  { "sessions", N_("Execute an operation that a client repeats only once"),
    QUO_OPTION_BOOL, G_STRUCT_OFFSET (QuoRaftOptions, has_sessions), "true" },
  { "members", N_("Servers that vote at the start, with spaces between them; the "
                  "others may join later. Without any: all"),
    QUO_OPTION_NAME, G_STRUCT_OFFSET (QuoRaftOptions, members), "" },
  { "snapshot-entries", N_("Entries executed before the log is compacted; 0: never"),
    QUO_OPTION_INT, G_STRUCT_OFFSET (QuoRaftOptions, snapshot_entries), "0", 0,
    1000000 },
  { NULL }
};

static const QuoFaultSpec faults[] = {
  [FAULT_FORGET_VOTE] = {
    "forget-vote", N_("A vote is told before it is on disk; after a crash the "
                      "server votes again")
  },
  [FAULT_COUNT_DUPLICATE_VOTE] = {
    "count-duplicate-vote", N_("A candidate counts a vote that the network "
                               "delivered twice as two")
  },
  [FAULT_VOTE_FOR_SHORT_LOG] = {
    "vote-for-short-log", N_("A voter does not compare the candidate's log with "
                             "its own")
  },
  [FAULT_ACK_BEFORE_SYNC] = {
    "ack-before-sync", N_("A follower acknowledges entries that are not on disk yet")
  },
  [FAULT_TRUNCATE_WITHOUT_CONFLICT] = {
    "truncate-without-conflict", N_("A follower cuts its log behind every message, "
                                    "so an old one takes newer entries away")
  },
  [FAULT_ACCEPT_STALE_LEADER] = {
    "accept-stale-leader", N_("A follower does not look at the term of AppendEntries, "
                              "so a deposed leader overwrites newer entries")
  },
  [FAULT_COMMIT_EARLIER_TERM] = {
    "commit-earlier-term", N_("A leader commits an earlier term's entry by counting "
                              "copies (figure 8)")
  },
  [FAULT_CHANGE_BEFORE_OWN_ENTRY] = {
    "change-before-own-entry", N_("A leader changes members before an entry of its own "
                                  "term is committed (the mistake found in 2015)")
  },
  [FAULT_FORGET_CONFIG_ON_TRUNCATE] = {
    "forget-config-on-truncate", N_("A server goes on with a configuration whose entry "
                                    "was cut off")
  },
  [FAULT_COUNT_LEARNERS] = {
    "count-learners", N_("A copy at a server that does not vote counts towards a "
                         "majority")
  },
  [FAULT_CHANGE_WITHOUT_JOINT] = {
    "change-without-joint", N_("Several members change at once without a joint "
                               "configuration between")
  },
  [FAULT_SNAPSHOT_KEEPS_CONFLICT] = {
    "snapshot-keeps-conflicting-log", N_("A server keeps the entries behind a snapshot "
                                         "although its log does not match it")
  },
  [FAULT_INSTALL_OLD_SNAPSHOT] = {
    "install-old-snapshot", N_("A snapshot that comes late undoes what was executed "
                               "since")
  },
  [FAULT_SNAPSHOT_WITHOUT_SESSIONS] = {
    "snapshot-without-sessions", N_("The sessions are not taken from the snapshot, so "
                                    "a repeated operation is executed again")
  },
  [FAULT_READ_WITHOUT_ROUND] = {
    "read-without-round", N_("A leader answers reads without asking a majority whether "
                             "it leads still")
  },
  [FAULT_READ_BEFORE_OWN_ENTRY] = {
    "read-before-own-entry", N_("A leader answers reads before an entry of its own term "
                                "tells it what is committed")
  },
  [FAULT_LONG_LEASE] = {
    "long-lease", N_("A lease counts from the answers and lasts as long as the longest "
                     "election timeout: another may lead before it is over")
  },
  { NULL }
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_ELECTION_SAFETY] = {
    "election-safety", N_("At most one leader in a term"), "Figure 3"
  },
  [INVARIANT_LEADER_APPEND_ONLY] = {
    "leader-append-only", N_("A leader only adds to its log"), "Figure 3"
  },
  [INVARIANT_LOG_MATCHING] = {
    "log-matching", N_("Logs with an entry of the same index and term are the same "
                       "up to it"), "Figure 3"
  },
  [INVARIANT_LEADER_COMPLETENESS] = {
    "leader-completeness", N_("What is committed is in the logs of all later terms' "
                              "leaders"), "Figure 3"
  },
  [INVARIANT_STATE_MACHINE_SAFETY] = {
    "state-machine-safety", N_("No two servers execute different entries at the same "
                               "index"), "Figure 3"
  },
  [INVARIANT_ONE_VOTE] = {
    "one-vote", N_("A server votes at most once in a term"), "Section 5.2"
  },
  [INVARIANT_TERM_FORWARD] = {
    "term-forward", N_("A server's term never goes back"), "Figure 2"
  },
  [INVARIANT_COMMIT_FORWARD] = {
    "commit-forward", N_("A server's commit index never goes back while it runs"),
    "Figure 2"
  },
  [INVARIANT_ACKNOWLEDGED_KEPT] = {
    "acknowledged-kept", N_("What a server acknowledged it keeps through the term, "
                            "over crashes too"), "Figure 2"
  },
  [INVARIANT_SAME_STATE] = {
    "same-state", N_("Servers that executed the same entries have the same store; "
                     "checked while snapshots are on"), "Section 7"
  },
  [INVARIANT_READ_LATEST] = {
    "read-latest", N_("A read, unless it is a local one, returns what was committed "
                      "when it came to the leader, or something newer"),
    "Section 6.4 of the dissertation"
  },
  { NULL }
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_LEADER_REPLACEMENT] = {
    "leader-replacement", "ns", N_("From a leader's crash until every server that "
                                   "is up has heard a new one")
  },
  [MEASURE_ELECTIONS] = { "elections", "1", N_("Times that a server stood") },
  [MEASURE_LEADER_CHANGES] = {
    "leader-changes", "1", N_("Leaders after the first")
  },
  [MEASURE_TURNOVER] = {
    "turnover", "1", N_("Times that a server began or ceased to lead")
  },
  [MEASURE_TERMS_WITHOUT_LEADER] = {
    "terms-without-leader", "1", N_("Terms in which servers stood and none came to "
                                    "lead, by a split vote or for want of a majority")
  },
  [MEASURE_COMMIT_LATENCY] = {
    "commit-latency", "ns", N_("From the leader's append until it commits")
  },
  [MEASURE_REJECTIONS] = {
    "rejections", "1", N_("AppendEntries that found a log that differs")
  },
  [MEASURE_REPLACED] = {
    "replaced-entries", "1", N_("Entries cut off because the leader's differ")
  },
  [MEASURE_CONFIGURATIONS] = {
    "configurations", "1", N_("Configurations that servers took into use")
  },
  [MEASURE_SNAPSHOTS] = { "snapshots", "1", N_("Times that a log was compacted") },
  [MEASURE_INSTALLED] = {
    "installed-snapshots", "1", N_("Snapshots that servers took from a leader")
  },
  { NULL }
};

const QuoProtocol quo_raft = {
  .declaration = {
    .id = "raft",
    .title = N_("Raft"),
    .summary = N_("A leader replicates a log; a majority commits"),
    .family = "strong",
    .n_nodes_max = 2000,
    .sources = sources,
    .roles = roles,
    .transitions = transitions,
    .fields = fields,
    .messages = messages,
    .timers = timers,
    .writes = writes,
    .notes = notes,
    .commands = commands,
    .options = options,
    .options_size = sizeof (QuoRaftOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoRaft),
    .ghost_size = sizeof (QuoRaftGhost),
    .start = quo_raft_start,
    .restart = quo_raft_restart,
    .receive = quo_raft_receive,
    .timeout = quo_raft_timeout,
    .request = quo_raft_asked,
    .synced = quo_raft_synced,
    .command = quo_raft_commanded,
    .clear = quo_raft_clear,
    .check = quo_raft_check,
    .finish = quo_raft_finish,
    .clear_ghost = quo_raft_clear_ghost,
  },
};
