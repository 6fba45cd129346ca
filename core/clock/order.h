/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the first of two things lies to the second. */
typedef enum
{
  QUO_ORDER_EQUAL,
  QUO_ORDER_BEFORE,
  QUO_ORDER_AFTER,
  QUO_ORDER_CONCURRENT,
} QuoOrder;

G_END_DECLS
