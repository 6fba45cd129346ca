/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What comes in: each operation of a client once, each transaction under a number
 * that no other has, not even after a crash.
 */

#include "sim/behaviour.h"

G_BEGIN_DECLS

typedef enum
{
  QUO_COMMIT_OUTCOME_NONE,
  QUO_COMMIT_OUTCOME_PENDING,
  QUO_COMMIT_OUTCOME_COMMITTED,
  QUO_COMMIT_OUTCOME_ABORTED
} QuoCommitOutcome;

typedef struct
{
  gint64 key;
  gint64 value;
  gint64 serial;
  int    client; /* QUO_NO_NODE for a command's */
} QuoCommitBegin;

typedef struct
{
  GHashTable *answered; /* a client's operation to its outcome; never iterated */
  GArray     *queued;   /* QuoCommitBegin: wait for fresh numbers */
  gint64      next;     /* number of the next transaction */
  guint       field;    /* durable scalar: no number above it was given out */
  guint       write;
  gboolean    is_reserving;
} QuoCommitIntake;

void     quo_commit_intake_init     (QuoCommitIntake      *self,
                                     guint                 field,
                                     guint                 write);
void     quo_commit_intake_clear    (QuoCommitIntake      *self);
gboolean quo_commit_intake_accept   (QuoCommitIntake      *self,
                                     QuoNode              *node,
                                     const QuoOp          *op);
void     quo_commit_intake_remember (QuoCommitIntake      *self,
                                     int                   client,
                                     gint64                serial,
                                     QuoCommitOutcome      outcome);
void     quo_commit_intake_answer   (QuoCommitIntake      *self,
                                     QuoNode              *node,
                                     int                   client,
                                     gint64                serial,
                                     gboolean              is_commit);
gint64   quo_commit_intake_number   (QuoCommitIntake      *self,
                                     QuoNode              *node,
                                     const QuoCommitBegin *begin);
void     quo_commit_intake_reserved (QuoCommitIntake      *self);
gint64   quo_commit_intake_pop      (QuoCommitIntake      *self,
                                     QuoNode              *node,
                                     QuoCommitBegin       *ret_begin);
gint64   quo_commit_intake_highest  (gint64                highest,
                                     gint64                id);
void     quo_commit_intake_recover  (QuoCommitIntake      *self,
                                     QuoNode              *node,
                                     gint64                highest);
void     quo_commit_intake_reserve  (QuoCommitIntake      *self,
                                     QuoNode              *node);

G_END_DECLS
