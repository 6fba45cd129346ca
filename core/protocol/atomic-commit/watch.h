/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who voted and decided what, seen from outside: what every atomic commitment
 * protocol promises, and the figures of a run.
 *
 * A protocol tells its monitor facts; its first invariants and measures are the
 * ones below, in this order.
 */

#include "sim/behaviour.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_COMMIT_INVARIANT_ATOMICITY,
  QUO_COMMIT_INVARIANT_UNANIMITY,
  QUO_COMMIT_INVARIANT_STABILITY,
  QUO_COMMIT_INVARIANT_DURABLE_VOTE,
  QUO_COMMIT_N_INVARIANTS
} QuoCommitInvariant;

typedef enum
{
  QUO_COMMIT_MEASURE_BLOCKING_WINDOW,
  QUO_COMMIT_MEASURE_COMMIT_LATENCY,
  QUO_COMMIT_MEASURE_MESSAGES,
  QUO_COMMIT_MEASURE_FORCED_WRITES,
  QUO_COMMIT_MEASURE_COMMITTED,
  QUO_COMMIT_MEASURE_ABORTED,
  QUO_COMMIT_MEASURE_IN_DOUBT_AT_END,
  QUO_COMMIT_N_MEASURES
} QuoCommitMeasure;

typedef enum
{
  QUO_COMMIT_VOTE_NONE,
  QUO_COMMIT_VOTE_YES,
  QUO_COMMIT_VOTE_NO,
  QUO_COMMIT_VOTE_READ
} QuoCommitVote;

typedef enum
{
  QUO_COMMIT_DECISION_NONE,
  QUO_COMMIT_DECISION_COMMIT,
  QUO_COMMIT_DECISION_ABORT
} QuoCommitDecision;

typedef enum
{
  QUO_COMMIT_FACT_RECOVERED,
  QUO_COMMIT_FACT_BEGAN,
  QUO_COMMIT_FACT_VOTED_YES,
  QUO_COMMIT_FACT_VOTED_NO,
  QUO_COMMIT_FACT_VOTED_READ,
  QUO_COMMIT_FACT_PRECOMMITTED,
  QUO_COMMIT_FACT_IN_DOUBT,      /* so says the log of a node that starts */
  QUO_COMMIT_FACT_HAS_COMMITTED, /* likewise */
  QUO_COMMIT_FACT_HAS_ABORTED,   /* likewise */
  QUO_COMMIT_FACT_COMMITTED,
  QUO_COMMIT_FACT_ABORTED
} QuoCommitFactKind;

typedef struct
{
  QuoCommitFactKind kind;
  gint64            transaction;
} QuoCommitFact;

/* What one node did with one transaction. */
typedef struct
{
  guint8  vote;     /* QuoCommitVote */
  guint8  decision; /* QuoCommitDecision */
  guint8  is_precommitted;
  guint8  was_away; /* has crashed since its vote */
  QuoTime voted_at;
} QuoCommitMark;

typedef struct
{
  gint64        id;
  QuoTime       began_at;
  gint          committer; /* the first that committed, or QUO_NO_NODE */
  gint          aborter;
  QuoCommitMark marks[];
} QuoCommitWatch;

typedef struct
{
  GHashTable *transactions; /* id to its watch; never iterated */
  GPtrArray  *watches;      /* the same, in the order of their beginning */
} QuoCommitGhost;

/* What a protocol adds. */
typedef struct
{
  gboolean (*is_voter) (QuoCluster *cluster,
                        guint       node);
  /* After a fact was taken up; may be NULL. */
  void     (*follow)   (QuoCluster           *cluster,
                        const QuoCommitWatch *watch,
                        const QuoCommitFact  *fact,
                        guint                 node);
} QuoCommitWatcher;

void quo_commit_watch_check  (QuoCluster             *cluster,
                              QuoCommitGhost         *self,
                              const QuoCommitWatcher *watcher,
                              const GArray           *facts,
                              guint                   node);
void quo_commit_watch_finish (QuoCluster             *cluster,
                              QuoCommitGhost         *self,
                              guint                   n_messages,
                              const guint            *forced,
                              guint                   n_forced);
void quo_commit_watch_clear  (gpointer                ghost);

G_END_DECLS
