/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What can be done to a node, a link or a message at the time shown. */

#include "diagram/diagram.h"
#include "document/document.h"

G_BEGIN_DECLS

GMenuModel *quo_thing_menu_new   (QuoDocument *document,
                                  guint64      thing);
GMenuModel *quo_group_menu_new   (QuoDocument *document,
                                  GArray      *nodes);
char       *quo_thing_title      (QuoDocument *document,
                                  guint64      thing);
gboolean    quo_thing_in_flight  (QuoDocument *document,
                                  guint64      thing,
                                  guint       *ret_nth);

G_END_DECLS
