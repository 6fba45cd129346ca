/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diagram/palette.h"

#include "sim/describe.h"

#include <string.h>

/**
 * quo_palette_init:
 *
 * Looks up once what @declaration has for a view to show.
 */
void
quo_palette_init (QuoPalette           *self,
                  const QuoDeclaration *declaration)
{
  g_return_if_fail (self != NULL && declaration != NULL);

  self->declaration = declaration;
  self->role = quo_declaration_find_use (declaration, QUO_USE_ROLE);
  self->epoch = quo_declaration_find_use (declaration, QUO_USE_EPOCH);
  self->deadline = quo_declaration_find_use (declaration, QUO_USE_DEADLINE);
  self->knows = quo_declaration_find_use (declaration, QUO_USE_KNOWS);
  self->lamport = quo_declaration_find_use (declaration, QUO_USE_LAMPORT);
  self->stamp = quo_declaration_find_use (declaration, QUO_USE_STAMP);
  self->n_roles = (int) quo_declaration_n_roles (declaration);
}

/**
 * quo_palette_epoch_tint:
 * @epoch: a term or a ballot
 *
 * Neighbouring epochs get hues far apart, and none gets the red of what is lost or
 * violated.
 *
 * Returns: a tint; neutral before the first epoch
 */
guint
quo_palette_epoch_tint (gint64 epoch)
{
  static const guint8 cycle[] = { 1, 2, 3, 4, 6, 8, 5 };

  if (epoch <= 0)
    return QUO_TINT_NEUTRAL;
  return cycle[(guint64) (epoch - 1) % G_N_ELEMENTS (cycle)];
}

/**
 * quo_palette_tone_tint:
 *
 * Returns: the tint for what has @tone where a tint is wanted and not a style
 */
guint
quo_palette_tone_tint (QuoTone tone)
{
  switch (tone)
    {
    case QUO_TONE_INFO:
      return 2;
    case QUO_TONE_GOOD:
      return 4;
    case QUO_TONE_WARN:
      return 1;
    case QUO_TONE_BAD:
      return 7;
    case QUO_TONE_NEUTRAL:
    default:
      return QUO_TINT_NEUTRAL;
    }
}

/**
 * quo_palette_node_tint:
 * @role: index of a role, or anything when there are none
 * @epoch: the node's epoch, or anything when there are none
 *
 * Returns: the tint by epoch where the protocol has one, else by the role's tone
 */
guint
quo_palette_node_tint (const QuoPalette *self,
                       gint64            role,
                       gint64            epoch)
{
  if (self->epoch >= 0)
    return quo_palette_epoch_tint (epoch);
  if (self->role >= 0 && role >= 0 && role < self->n_roles)
    return quo_palette_tone_tint (self->declaration->roles[role].tone);
  return QUO_TINT_NEUTRAL;
}

/**
 * quo_palette_message_tint:
 * @send: a message, as its send or its delivery has it
 *
 * Returns: the tint by the epoch that the message carries, if it does
 */
guint
quo_palette_message_tint (const QuoPalette *self,
                          const QuoEvent   *send)
{
  const QuoMessageSpec *spec;

  spec = quo_declaration_message (self->declaration, send->what);
  if (spec == NULL || spec->epoch == NULL)
    return QUO_TINT_NEUTRAL;
  for (guint i = 0; i < QUO_MAX_MESSAGE_FIELDS && spec->fields[i].id != NULL; i++)
    if (strcmp (spec->fields[i].id, spec->epoch) == 0 && i < send->n_values)
      return quo_palette_epoch_tint (send->values[i]);
  return QUO_TINT_NEUTRAL;
}

/**
 * quo_palette_loss_share:
 * @flight: how long the lost message was under way
 * @typical_flight: how long messages are as a rule
 *
 * Returns: how far the message got, as a share of its way, 0 to 1: far enough to show
 *   whom it was meant for
 */
double
quo_palette_loss_share (QuoLoss loss,
                        QuoTime flight,
                        QuoTime typical_flight)
{
  double share = (double) flight / (double) MAX (typical_flight, 1);

  switch (loss)
    {
    case QUO_LOSS_CUT:
      return 0.6;
    case QUO_LOSS_DOWN:
      return 0.94;
    case QUO_LOSS_DROPPED:
    case QUO_LOSS_LOST:
    case QUO_N_LOSSES:
    default:
      return CLAMP (share, 0.3, 0.85);
    }
}

/**
 * quo_palette_tone_style:
 *
 * Returns: the style of a text or a mark with @tone
 */
QuoStyle
quo_palette_tone_style (QuoTone tone)
{
  switch (tone)
    {
    case QUO_TONE_INFO:
      return QUO_STYLE_INFO;
    case QUO_TONE_GOOD:
      return QUO_STYLE_GOOD;
    case QUO_TONE_WARN:
      return QUO_STYLE_WARN;
    case QUO_TONE_BAD:
      return QUO_STYLE_BAD;
    case QUO_TONE_NEUTRAL:
    default:
      return QUO_STYLE_TEXT;
    }
}

/**
 * quo_palette_is_leading:
 *
 * Returns: whether a node in @role is drawn as one that leads
 */
gboolean
quo_palette_is_leading (const QuoPalette *self,
                        gint64            role)
{
  return self->role >= 0 && role >= 0 && role < self->n_roles &&
         self->declaration->roles[role].is_leading;
}

/**
 * quo_palette_role_id:
 *
 * Returns: (nullable): the name of @role, NULL when the protocol has no roles
 */
const char *
quo_palette_role_id (const QuoPalette *self,
                     gint64            role)
{
  if (self->role < 0 || role < 0 || role >= self->n_roles)
    return NULL;
  return self->declaration->roles[role].id;
}

/**
 * quo_palette_stamp_text:
 * @stamp: (nullable): rows by participant, each with its count
 * @out: gets "{A:2,B:1}"
 */
void
quo_palette_stamp_text (QuoTrace       *trace,
                        const QuoTable *stamp,
                        GString        *out)
{
  guint n = stamp != NULL ? quo_table_n_rows (stamp) : 0;

  g_string_append_c (out, '{');
  for (guint i = 0; i < n; i++)
    {
      gint64 key;
      char buffer[32];
      const gint64 *columns = quo_table_nth (stamp, i, &key);
      g_string_append_printf (out, "%s%s:%" G_GINT64_FORMAT, i > 0 ? "," : "",
                              quo_trace_label (trace, (guint) key, buffer), columns[0]);
    }
  g_string_append_c (out, '}');
}

/**
 * quo_palette_epoch_text:
 * @out: gets "term 2"; nothing when the protocol has no epochs
 */
void
quo_palette_epoch_text (const QuoPalette *self,
                        QuoTrace         *trace,
                        gint64            epoch,
                        GString          *out)
{
  if (self->epoch < 0)
    return;
  const QuoFieldSpec *field = &self->declaration->fields[self->epoch];
  g_string_append (out, field->id);
  g_string_append_c (out, ' ');
  quo_describe_value (trace, &field->columns[0], epoch, out);
}
