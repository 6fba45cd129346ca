/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Maps frame time to simulated time. */

#include "document/document.h"

G_BEGIN_DECLS

#define QUO_SPEED_MIN 0.001
#define QUO_SPEED_MAX 100.0

#define QUO_TYPE_PLAYER (quo_player_get_type ())
G_DECLARE_FINAL_TYPE (QuoPlayer, quo_player, QUO, PLAYER, GObject)

/* Properties, with notify: "is-playing", "speed" (1: simulated time runs as true
 * time does). */

QuoPlayer *quo_player_new         (QuoDocument *document);
void       quo_player_play        (QuoPlayer   *self);
void       quo_player_pause       (QuoPlayer   *self);
gboolean   quo_player_is_playing  (QuoPlayer   *self);
double     quo_player_speed       (QuoPlayer   *self);
void       quo_player_set_speed   (QuoPlayer   *self,
                                   double       speed);
void       quo_player_frame       (QuoPlayer   *self,
                                   gint64       frame_time_us);

G_END_DECLS
