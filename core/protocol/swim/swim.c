/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SWIM, as data. */

#include "protocol/registry-private.h"
#include "protocol/swim/swim-private.h"

#include <glib/gi18n-lib.h>

#define SWIM "Das et al. 2002, section "

static const char * const sources[] = {
  "A. Das, I. Gupta, A. Motivala, SWIM: Scalable Weakly-consistent Infection-style "
  "Process Group Membership Protocol, DSN 2002",
  "I. Gupta, T. Chandra, G. Goldszmidt, On Scalable and Efficient Distributed Failure "
  "Detectors, PODC 2001",
  "A. Dadgar, J. Phillips, J. Currey, Lifeguard: Local Health Awareness for More "
  "Accurate Failure Detection, 2017",
  NULL,
};

static const char * const role_names[] = {
  "outside", "joining", "member", "doubting", "leaving", "left", NULL,
};
static const char * const status_names[] = {
  "Alive", "Suspect", "Confirm", "Left", NULL,
};
static const char * const target_names[] = { "round-robin", "random", NULL };
static const char * const spread_names[] = { "piggyback", "multicast", NULL };
static const char * const phase_names[] = { "random", "in-step", NULL };

static const QuoRoleSpec roles[] = {
  [ROLE_OUTSIDE]
    = { "outside", N_("Was never in the group"), QUO_TONE_NEUTRAL, FALSE },
  [ROLE_JOINING]
    = { "joining", N_("Has asked somebody who is in the group"), QUO_TONE_INFO,
        FALSE },
  [ROLE_MEMBER]
    = { "member", N_("Pings one other member in each period"), QUO_TONE_GOOD, FALSE },
  [ROLE_DOUBTING]
    = { "doubting", N_("A member that holds another suspected"), QUO_TONE_WARN,
        FALSE },
  [ROLE_LEAVING]
    = { "leaving", N_("Says that it goes, and answers meanwhile"), QUO_TONE_INFO,
        FALSE },
  [ROLE_LEFT]
    = { "left", N_("Has gone of its own will"), QUO_TONE_NEUTRAL, FALSE },
  { NULL },
};

static const QuoTransitionSpec transitions[] = {
  { N_("begins the group"), ROLE_OUTSIDE, ROLE_MEMBER },
  { N_("join, or restart"), ROLE_OUTSIDE, ROLE_JOINING },
  { N_("told the members"), ROLE_JOINING, ROLE_MEMBER },
  { N_("told of a suspicion"), ROLE_JOINING, ROLE_DOUBTING },
  { N_("Suspect"), ROLE_MEMBER, ROLE_DOUBTING },
  { N_("refuted, or Confirm"), ROLE_DOUBTING, ROLE_MEMBER },
  { N_("leave"), ROLE_MEMBER, ROLE_LEAVING },
  { N_("leave"), ROLE_DOUBTING, ROLE_LEAVING },
  { N_("has told enough"), ROLE_LEAVING, ROLE_LEFT },
  { N_("join"), ROLE_LEFT, ROLE_JOINING },
  { NULL },
};

static const QuoFieldSpec fields[] = {
  [FIELD_ROLE]
    = { "role", N_("What it is to the group"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_ROLE, { NULL },
        { { "role", QUO_TYPE_ENUM, role_names } }, ROLE_OUTSIDE },
  [FIELD_KNOWS]
    = { "knows", N_("Whether it has heard that somebody came, left, failed or is "
                    "suspected"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_KNOWS, { NULL },
        { { "knows", QUO_TYPE_BOOL } }, FALSE },
  [FIELD_LIFE]
    = { "life", N_("Which member of this name it is: one more with each restart, and "
                   "when it was given up by mistake"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_DURABLE, QUO_USE_PLAIN, { NULL },
        { { "life", QUO_TYPE_INT } }, 0 },
  [FIELD_INCARNATION]
    = { "incarnation", N_("How often it has refuted that it is dead, in this life"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "incarnation", QUO_TYPE_INT } }, 0 },
  [FIELD_TARGET]
    = { "target", N_("Whom it pings in this period; not shown in groups above 64"),
        QUO_SHAPE_SCALAR, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN, { NULL },
        { { "target", QUO_TYPE_NODE } }, QUO_NO_NODE },
  [FIELD_MEMBERS]
    = { "members", N_("What it holds of the others; in groups above 64 of those who "
                      "are not as they were in the beginning"),
        QUO_SHAPE_MAP, QUO_STORAGE_VOLATILE, QUO_USE_PLAIN,
        { "member", QUO_TYPE_NODE },
        { { "status", QUO_TYPE_ENUM, status_names },
          { "incarnation", QUO_TYPE_INT },
          { "life", QUO_TYPE_INT } } },
  { NULL },
};

#define NEWS \
  { { "member", QUO_TYPE_NODE }, \
    { "status", QUO_TYPE_ENUM, status_names }, \
    { "incarnation", QUO_TYPE_INT }, \
    { "life", QUO_TYPE_INT } }

static const QuoMessageSpec messages[] = {
  [MESSAGE_PING]
    = { "ping", "ping|ping +{#}",
        N_("Are you there? With news of others"), FALSE, NULL,
        { { "number", QUO_TYPE_INT },
          { "life", QUO_TYPE_INT },
          { "incarnation", QUO_TYPE_INT } }, NEWS },
  [MESSAGE_ACK]
    = { "ack", "ack of {target}|ack of {target} +{#}",
        N_("The target is there: from itself, or from one that pinged it on request"),
        TRUE, NULL,
        { { "number", QUO_TYPE_INT },
          { "target", QUO_TYPE_NODE },
          { "life", QUO_TYPE_INT },
          { "incarnation", QUO_TYPE_INT } }, NEWS },
  [MESSAGE_PING_REQ]
    = { "ping-req", "ping-req {target}|ping-req {target} +{#}",
        N_("Please ping the target, which does not answer me"), FALSE, NULL,
        { { "number", QUO_TYPE_INT },
          { "target", QUO_TYPE_NODE },
          { "life", QUO_TYPE_INT },
          { "incarnation", QUO_TYPE_INT } }, NEWS },
  [MESSAGE_UPDATE]
    = { "update", "update",
        N_("Multicast: news that are sent to everybody at once"), FALSE, NULL,
        { { NULL } }, NEWS },
  [MESSAGE_JOIN]
    = { "join", "join|join +{#}",
        N_("Here I am; who else is there? In life 0: who was I?"), FALSE, NULL,
        { { "life", QUO_TYPE_INT }, { "incarnation", QUO_TYPE_INT } }, NEWS },
  [MESSAGE_MEMBERS]
    = { "members", "members: {#}",
        N_("All that a member knows of the group"), TRUE, NULL,
        { { NULL } }, NEWS },
  { NULL },
};

static const QuoTimerSpec timers[] = {
  [TIMER_PERIOD] = { "period", N_("A protocol period is over") },
  [TIMER_ACK] = { "ack", N_("The ping should have been answered") },
  [TIMER_SUSPICION] = { "suspicion", N_("A suspected member had its time to refute") },
  [TIMER_JOIN] = { "join", N_("The one asked to let it join has not answered") },
  { NULL },
};

static const QuoWriteSpec writes[] = {
  [WRITE_LIFE] = { "life", N_("Its life, before anybody is told of it"), TRUE },
  { NULL },
};

static const QuoNoteSpec notes[] = {
  [NOTE_SUSPECTS]
    = { "suspects", N_("suspects {member}"),
        N_("Neither it nor those it asked got an answer"), QUO_TONE_WARN, TRUE,
        { { "member", QUO_TYPE_NODE }, { "incarnation", QUO_TYPE_INT } } },
  [NOTE_CONFIRMS]
    = { "confirms", N_("gives {member} up"),
        N_("A member is declared to have failed"), QUO_TONE_BAD, TRUE,
        { { "member", QUO_TYPE_NODE }, { "incarnation", QUO_TYPE_INT } } },
  [NOTE_REFUTES]
    = { "refutes", N_("lives: incarnation {incarnation}"),
        N_("A member hears that it is suspected, and objects"), QUO_TONE_GOOD, TRUE,
        { { "incarnation", QUO_TYPE_INT } } },
  [NOTE_SAVED]
    = { "saved", N_("{target} lives, says {by}"),
        N_("The answer came by way of another member"), QUO_TONE_GOOD, TRUE,
        { { "target", QUO_TYPE_NODE }, { "by", QUO_TYPE_NODE } } },
  [NOTE_JOINS]
    = { "joins", N_("joins by {by}, life {life}"),
        N_("A node becomes a member"), QUO_TONE_INFO, TRUE,
        { { "by", QUO_TYPE_NODE }, { "life", QUO_TYPE_INT } } },
  [NOTE_LEAVES]
    = { "leaves", N_("leaves"), N_("A member goes of its own will"), QUO_TONE_INFO,
        TRUE },
  [NOTE_NEW_LIFE]
    = { "new-life", N_("given up, goes on as life {life}"),
        N_("A member that was given up, or whose name was taken, takes another "
           "identity"), QUO_TONE_WARN, TRUE, { { "life", QUO_TYPE_INT } } },
  [NOTE_RAISES]
    = { "raises", N_("speaks for {member}: incarnation {incarnation}"),
        N_("Somebody else's incarnation is raised: a mistake"), QUO_TONE_BAD, TRUE,
        { { "member", QUO_TYPE_NODE }, { "incarnation", QUO_TYPE_INT } } },
  { NULL },
};

static const QuoCommandSpec commands[] = {
  [COMMAND_JOIN]
    = { "join", N_("A node that is outside or has left asks to join"), { { NULL } } },
  [COMMAND_LEAVE]
    = { "leave", N_("A member leaves of its own will"), { { NULL } } },
  { NULL },
};

#define OFFSET(member) G_STRUCT_OFFSET (QuoSwimOptions, member)

static const QuoOptionSpec options[] = {
  { "period", N_("Length of a protocol period, T'"),
    QUO_OPTION_DURATION, OFFSET (period), "1s", 0.001, 3600 },
  { "ack-timeout", N_("How long a ping may go unanswered before others are asked; the "
                      "rest of the period is theirs"),
    QUO_OPTION_DURATION, OFFSET (ack_timeout), "300ms", 0.0001, 3600 },
  { "ping-req-members", N_("How many others are asked to ping a member that does not "
                           "answer, k"),
    QUO_OPTION_INT, OFFSET (n_relays), "3", 0, 16 },
  { "suspicion", N_("Who does not answer is suspected first; without it, it is given "
                    "up at once"),
    QUO_OPTION_BOOL, OFFSET (has_suspicion), "true" },
  { "suspicion-periods", N_("How long a suspected member has to refute, periods; 0 is "
                            "3 times log (n + 1), rounded up"),
    QUO_OPTION_INT, OFFSET (suspicion_periods), "0", 0, 1000 },
  { "target", N_("How the member to ping is chosen: in turn, each round in another "
                 "order, or at random each time"),
    QUO_OPTION_ENUM, OFFSET (target), "round-robin", 0, 0, target_names },
  { "dissemination", N_("News go with the messages that are sent anyway, or to "
                        "everybody at once"),
    QUO_OPTION_ENUM, OFFSET (dissemination), "piggyback", 0, 0, spread_names },
  { "lambda", N_("A member passes each record on lambda times log (n + 1) times, "
                 "rounded up"),
    QUO_OPTION_NUMBER, OFFSET (lambda), "3", 0, 100 },
  { "piggyback", N_("Records that a message carries at most"),
    QUO_OPTION_INT, OFFSET (n_piggyback), "6", 0, QUO_SWIM_PIGGYBACK_MAX },
  { "phase", N_("Each member has its periods from a random moment on, or all have "
                "them in step"),
    QUO_OPTION_ENUM, OFFSET (phase), "random", 0, 0, phase_names },
  { "members", N_("Nodes that the group begins with, the first ones; the others are "
                  "outside until they are told to join; 0 is all, 2048 at most"),
    QUO_OPTION_INT, OFFSET (n_members), "0", 0, QUO_SWIM_MEMBERS_MAX },
  { "seeds", N_("Nodes that one may ask to join, the first ones"),
    QUO_OPTION_INT, OFFSET (n_seeds), "3", 1, QUO_SWIM_MEMBERS_MAX },
  { "reconnect-periods", N_("Every so many periods a member turns to a seed or to one "
                            "that it holds for dead, so that parts of the group find "
                            "each other again; 0 is never, as in the paper"),
    QUO_OPTION_INT, OFFSET (reconnect_periods), "0", 0, 100000 },
  { "local-health", N_("Lifeguard: by how many lengths a member that has reason to "
                       "doubt itself stretches its period and timeouts at most; 0 is "
                       "off"),
    QUO_OPTION_INT, OFFSET (local_health), "0", 0, 16 },
  { "buddy", N_("Lifeguard: a suspected member is told so by everybody that pings it"),
    QUO_OPTION_BOOL, OFFSET (has_buddy), "false" },
  { NULL },
};

static const QuoFaultSpec faults[] = {
  [FAULT_RAISE_ANOTHER]
    = { "raise-another",
        N_("Who has just had an ack of a suspected member raises that member's "
           "incarnation") },
  [FAULT_NO_REFUTATION]
    = { "no-refutation",
        N_("A member does not object when it hears that it is suspected") },
  [FAULT_ALIVE_OVERRIDES_EQUAL]
    = { "alive-overrides-equal",
        N_("Alive overrides Suspect of the same incarnation, so that old news end a "
           "suspicion") },
  [FAULT_FORGET_DEAD]
    = { "forget-dead",
        N_("A member that is given up is struck off the list at once, and an old Alive "
           "brings it back") },
  [FAULT_RANDOM_TARGET]
    = { "random-target",
        N_("The member to ping is drawn anew in each period, so that nothing bounds "
           "how long one is left out") },
  [FAULT_ACK_WITHOUT_PING]
    = { "ack-without-ping",
        N_("A ping-req is answered from the list, without a ping") },
  [FAULT_SAME_IDENTITY]
    = { "same-identity",
        N_("A node comes back as the member that it was, in its first incarnation") },
  { NULL },
};

static const QuoInvariantSpec invariants[] = {
  [INVARIANT_OWN_INCARNATION]
    = { "own-incarnation",
        N_("Nobody holds a life or an incarnation of a member that this has not said "
           "of itself"), SWIM "4.2" },
  [INVARIANT_PRECEDENCE]
    = { "precedence",
        N_("A member's record of another is overridden only in the order of Alive, "
           "Suspect and Confirm"), SWIM "4.2" },
  [INVARIANT_CONFIRM_FINAL]
    = { "confirm-final",
        N_("Who holds a member confirmed failed never holds it Alive again in the same "
           "life"), SWIM "4.2" },
  [INVARIANT_REFUTATION]
    = { "refutation",
        N_("A member that hears itself suspected has a higher incarnation afterwards; "
           "given up, another life"), SWIM "4.2" },
  [INVARIANT_ANSWERED]
    = { "answered",
        N_("Who passes for having answered has been pinged in this period, and has "
           "answered"), SWIM "3.1" },
  [INVARIANT_COMPLETENESS]
    = { "completeness",
        N_("A period in which a crashed member is pinged ends with that member "
           "suspected or given up"), SWIM "3.1" },
  [INVARIANT_ROUND_ROBIN]
    = { "round-robin-bound",
        N_("A member is pinged by each other one at least every 2 n - 1 periods, and "
           "so a crash is noticed by all"), SWIM "4.3" },
  [INVARIANT_NEW_IDENTITY]
    = { "new-identity",
        N_("A process takes no life that an earlier process of its node had, unless "
           "the disk was lost"), "Gupta et al. 2001, section 2" },
  { NULL },
};

static const QuoMeasureSpec measures[] = {
  [MEASURE_FIRST_DETECTION]
    = { "first-detection", "periods",
        N_("From a member's crash until some other one suspects it or gives it up; "
           "e / (e - 1) expected with random targets") },
  [MEASURE_FIRST_CONFIRM]
    = { "first-confirm", "periods",
        N_("From a member's crash until some other one gives it up") },
  [MEASURE_DISSEMINATION]
    = { "dissemination", "periods",
        N_("From the first one that gives a crashed member up until all do") },
  [MEASURE_FALSE_SUSPICIONS]
    = { "false-suspicions", "suspicions",
        N_("Members that ran, or stood still, when another began to suspect them") },
  [MEASURE_FALSE_CONFIRMS]
    = { "false-confirms", "confirms",
        N_("Members that ran, or stood still, when another gave them up") },
  [MEASURE_REFUTATIONS]
    = { "refutations", "refutations", N_("Suspicions that a member refuted") },
  [MEASURE_MESSAGES]
    = { "messages", "messages",
        N_("Messages sent, for each member and period: 2 when nothing fails, in a "
           "group of any size") },
  { NULL },
};

const QuoProtocol quo_swim = {
  .declaration = {
    .id = "swim",
    .title = N_("SWIM group membership"),
    .summary = N_("Each member pings one other a period, asks others before it suspects "
                  "one, and passes on what it hears with the messages it sends anyway"),
    .family = "eventual",
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
    .options_size = sizeof (QuoSwimOptions),
    .faults = faults,
    .invariants = invariants,
    .measures = measures,
  },
  .behaviour = {
    .state_size = sizeof (QuoSwim),
    .ghost_size = sizeof (QuoSwimGhost),
    .start = quo_swim_start,
    .restart = quo_swim_restart,
    .receive = quo_swim_receive,
    .timeout = quo_swim_timeout,
    .request = quo_swim_request,
    .synced = quo_swim_synced,
    .command = quo_swim_command,
    .clear = quo_swim_clear,
    .check = quo_swim_check,
    .finish = quo_swim_finish,
    .clear_ghost = quo_swim_clear_ghost,
  },
};
