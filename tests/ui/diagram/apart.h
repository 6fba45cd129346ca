/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "diagram/diagram.h"

G_BEGIN_DECLS

/* No text covers another; with a view, none reaches out of it either. */
void fixture_assert_texts_apart (QuoScene      *scene,
                                 const QuoView *view);

G_END_DECLS
