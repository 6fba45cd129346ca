/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known of a member, in one number. */

#include "protocol/swim/swim-private.h"

#include "base/exact.h"

#define LIFE_SHIFT       42
#define OVER_SHIFT       40
#define OVER_MASK        (G_GUINT64_CONSTANT (3) << OVER_SHIFT)
#define INCARNATION_MAX  ((G_GUINT64_CONSTANT (1) << 39) - 1)
#define LIFE_MAX         ((1u << 22) - 1)

/**
 * quo_swim_record:
 * @life: from 1
 * @status: not %STATUS_UNKNOWN
 * @incarnation: from 0
 *
 * Returns: the record that says so
 */
QuoSwimRecord
quo_swim_record (guint32       life,
                 QuoSwimStatus status,
                 guint64       incarnation)
{
  guint64 over = status == STATUS_CONFIRM ? 1 : status == STATUS_LEFT ? 2 : 0;

  return (guint64) MIN (life, LIFE_MAX) << LIFE_SHIFT | over << OVER_SHIFT
         | MIN (incarnation, INCARNATION_MAX) << 1
         | (status == STATUS_SUSPECT ? 1 : 0);
}

/**
 * quo_swim_life:
 * @self: a record
 *
 * Returns: which life of the member it is about; 0 when nothing is known
 */
guint32
quo_swim_life (QuoSwimRecord self)
{
  return (guint32) (self >> LIFE_SHIFT);
}

/**
 * quo_swim_status:
 * @self: a record
 *
 * Returns: how the member is
 */
QuoSwimStatus
quo_swim_status (QuoSwimRecord self)
{
  if (self == 0)
    return STATUS_UNKNOWN;
  if ((self & OVER_MASK) != 0)
    return (self & OVER_MASK) >> OVER_SHIFT == 1 ? STATUS_CONFIRM : STATUS_LEFT;

  return (self & 1) != 0 ? STATUS_SUSPECT : STATUS_ALIVE;
}

/**
 * quo_swim_incarnation:
 * @self: a record
 *
 * Returns: which incarnation of that life it is about
 */
guint64
quo_swim_incarnation (QuoSwimRecord self)
{
  return self >> 1 & INCARNATION_MAX;
}

/**
 * quo_swim_is_over:
 * @self: a record
 *
 * Returns: whether that life of the member has ended, by failure or by leave
 */
gboolean
quo_swim_is_over (QuoSwimRecord self)
{
  return (self & OVER_MASK) != 0;
}

/* What decides: of a life that is over the incarnation does not matter. */
static guint64
rank (QuoSwimRecord self)
{
  return quo_swim_is_over (self) ? self >> OVER_SHIFT << OVER_SHIFT : self;
}

/**
 * quo_swim_overrides:
 * @self: a record of a member
 * @other: another one of the same member; 0: none
 *
 * Alive i overrides Suspect j and Alive j when i > j; Suspect i overrides Alive j when
 * i >= j and Suspect j when i > j; Confirm overrides both whatever the incarnations.
 * All that of one life; a later life overrides an earlier one.
 *
 * Source: Das et al. 2002, section 4.2.
 *
 * Returns: whether @self takes @other's place
 */
gboolean
quo_swim_overrides (QuoSwimRecord self,
                    QuoSwimRecord other)
{
  return rank (self) > rank (other);
}

/**
 * quo_swim_log_multiple:
 * @factor: not below 0
 * @n: members
 *
 * Returns: @factor times the natural logarithm of @n + 1, rounded up; at least 1
 */
guint32
quo_swim_log_multiple (double factor,
                       guint  n)
{
  double exact = factor * quo_exact_log ((double) n + 1);
  guint32 whole = (guint32) exact;

  return MAX (1, whole < exact ? whole + 1 : whole);
}

/**
 * quo_swim_fill_row:
 * @row: (out): of a message
 * @member: index of a node
 * @record: what is said of it
 */
void
quo_swim_fill_row (gint64        *row,
                   guint          member,
                   QuoSwimRecord  record)
{
  row[0] = member;
  row[1] = quo_swim_status (record);
  row[2] = (gint64) quo_swim_incarnation (record);
  row[3] = quo_swim_life (record);
}

/**
 * quo_swim_read_row:
 * @row: of a message
 * @n_nodes: members have lower numbers
 *
 * Returns: what it says of its member, 0 when that makes no sense
 */
QuoSwimRecord
quo_swim_read_row (const gint64 *row,
                   guint         n_nodes)
{
  if (row[0] < 0 || row[0] >= n_nodes || row[1] < 0 || row[1] >= STATUS_UNKNOWN
      || row[2] < 0 || row[3] < 1)
    return 0;

  return quo_swim_record ((guint32) MIN (row[3], LIFE_MAX), (QuoSwimStatus) row[1],
                          (guint64) row[2]);
}
