/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a node, a message or a note is coloured by, so that every diagram says the
 * same with the same colour. Colour is never the only sign.
 */

#include "scene/style.h"
#include "sim/table.h"
#include "sim/trace.h"

G_BEGIN_DECLS

/* Tints with a meaning of their own; the theme puts the colours to them. */
#define QUO_TINT_NEUTRAL 0

/* What a declaration offers to show of a node; -1: nothing. */
typedef struct
{
  const QuoDeclaration *declaration;
  int                   role;     /* fields */
  int                   epoch;
  int                   deadline;
  int                   knows;
  int                   lamport;
  int                   stamp;
  int                   n_roles;
} QuoPalette;

void        quo_palette_init         (QuoPalette           *self,
                                      const QuoDeclaration *declaration);
guint       quo_palette_epoch_tint   (gint64                epoch);
guint       quo_palette_tone_tint    (QuoTone               tone);
guint       quo_palette_node_tint    (const QuoPalette     *self,
                                      gint64                role,
                                      gint64                epoch);
guint       quo_palette_message_tint (const QuoPalette     *self,
                                      const QuoEvent       *send);
double      quo_palette_loss_share   (QuoLoss               loss,
                                      QuoTime               flight,
                                      QuoTime               typical_flight);
QuoStyle    quo_palette_tone_style   (QuoTone               tone);
gboolean    quo_palette_is_leading   (const QuoPalette     *self,
                                      gint64                role);
const char *quo_palette_role_id      (const QuoPalette     *self,
                                      gint64                role);
void        quo_palette_stamp_text   (QuoTrace             *trace,
                                      const QuoTable       *stamp,
                                      GString              *out);
void        quo_palette_epoch_text   (const QuoPalette     *self,
                                      QuoTrace             *trace,
                                      gint64                epoch,
                                      GString              *out);

G_END_DECLS
