/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A protocol: what it declares and what it does, and the list of all of them. */

#include "sim/behaviour.h"
#include "sim/declaration.h"

G_BEGIN_DECLS

typedef struct
{
  QuoDeclaration declaration;
  QuoBehaviour   behaviour;
} QuoProtocol;

const QuoProtocol * const *quo_protocols      (void);
const QuoProtocol         *quo_protocol_find  (const char        *id);
void                       quo_protocol_add   (const QuoProtocol *protocol);

G_END_DECLS
