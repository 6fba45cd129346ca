/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Random schedules of faults, each a function of its seed: how many there are and
 * from which seed on is chosen here, for all protocols alike.
 *
 *   --seed N        the first seed; without it 1
 *   --schedules N   how many in place of the ordinary number; also as
 *                   QUORATE_SCHEDULES in the environment
 *   --threads N     on how many threads, 0: one for each processor; without it 1
 *
 * A schedule that fails is named with its seed and plays alone with
 * --seed N --schedules 1.
 */

#include "sim/sim.h"

G_BEGIN_DECLS

#define SCHEDULES_N_TALLIES 8
/* Fewer than that need not show what is not rare. */
#define SCHEDULES_N_TELLING 50

/* Kinds of faults that a run can have had. */
typedef enum
{
  SCHEDULE_CRASH     = 1 << 0,
  SCHEDULE_RESTART   = 1 << 1, /* with its disk */
  SCHEDULE_DISK_LOST = 1 << 2, /* restarted without it */
  SCHEDULE_PAUSE     = 1 << 3,
  SCHEDULE_PARTITION = 1 << 4,
  SCHEDULE_CUT       = 1 << 5, /* one way */
  SCHEDULE_LOSS      = 1 << 6,
  SCHEDULE_DUPLICATE = 1 << 7,
  SCHEDULE_REORDER   = 1 << 8,
  SCHEDULE_SKEW      = 1 << 9,
  SCHEDULE_DRIFT     = 1 << 10,
  SCHEDULE_OPTION    = 1 << 11 /* another value of an option, amid the run */
} ScheduleKind;

#define SCHEDULE_NETWORK                                                        \
  (SCHEDULE_PARTITION | SCHEDULE_CUT | SCHEDULE_LOSS | SCHEDULE_DUPLICATE       \
   | SCHEDULE_REORDER)
/* All that an asynchronous system with disks that last may see. */
#define SCHEDULE_ALL_BUT_DISK                                                   \
  (SCHEDULE_CRASH | SCHEDULE_RESTART | SCHEDULE_PAUSE | SCHEDULE_NETWORK        \
   | SCHEDULE_SKEW | SCHEDULE_DRIFT)
#define SCHEDULE_ALL (SCHEDULE_ALL_BUT_DISK | SCHEDULE_DISK_LOST)

/* Plays one schedule: returns %NULL, or what is wrong. Whole numbers are added to
 * @tallies. May run on any thread. */
typedef char   *(*ScheduleCheck) (guint64        seed,
                                  double        *tallies,
                                  gconstpointer  data);
/* Plays one with a known fault switched on, to the end. */
typedef QuoSim *(*SchedulePlay)  (guint64        seed,
                                  const char    *fault,
                                  gconstpointer  data);

/* A known fault and one of the invariants that it breaks in some schedule. */
typedef struct
{
  const char    *fault;
  const char    *invariant;
  guint64        from; /* seeds from which one that shows it is near */
  gconstpointer  data;
} ScheduleFault;

void     schedules_init       (int                 *argc,
                               char              ***argv,
                               guint                n_ordinary);
guint64  schedules_seed       (void);
guint    schedules_n          (guint                n_ordinary);
guint    schedules_check      (guint                n_ordinary,
                               ScheduleCheck        check,
                               gconstpointer        data,
                               double              *ret_tallies);
void     schedules_check_some (guint                n_ordinary,
                               ScheduleCheck        check,
                               gconstpointer        data,
                               const char          *what);
char    *schedules_violation  (QuoSim              *sim);
char    *schedules_judge_reads (QuoSim             *sim);
char    *schedules_compare_two (QuoSim             *sim,
                                guint               one,
                                guint               two);
char    *schedules_compare_stores (QuoSim          *sim,
                                   guint            first,
                                   guint            end);
guint    schedules_kinds      (QuoSim              *sim);
void     schedules_add_kinds  (const char          *path,
                               SchedulePlay         play,
                               gconstpointer        data,
                               guint                kinds);
void     schedules_add_faults (const char          *path,
                               SchedulePlay         play,
                               const ScheduleFault *faults,
                               guint                n_faults);
void     schedules_know_faults (const ScheduleFault *faults,
                                guint               n_faults);
void     schedules_add_all_faults (const char      *path,
                                   const char      *protocol);
void     schedules_add_chaos  (QuoSimConfig        *config,
                               QuoChaosKind         kind,
                               double               rate,
                               QuoTime              to,
                               QuoTime              lasts,
                               double               amount);
void     schedules_spare      (QuoSimConfig        *config,
                               guint                node);
void     schedules_option     (QuoSimConfig        *config,
                               QuoTime              at,
                               const char          *option,
                               const char          *text);
void     schedules_drift      (QuoSimConfig        *config,
                               QuoTime              offset,
                               double               drift);

G_END_DECLS
