/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/player.h"

#include <math.h>

/* A frame that took longer counts as this long: after the machine was busy or
 * asleep, play goes on where it was instead of jumping. */
#define FRAME_MAX_US 100000

struct _QuoPlayer
{
  GObject parent_instance;

  QuoDocument *document; /* not owned: a player lives no longer */
  gboolean is_playing;
  double speed;
  gint64 last_us; /* of the previous frame; 0: there was none */
  double rest_ns; /* not yet shown: at 1/1000 a frame is 16 us */
};

enum
{
  PROP_IS_PLAYING = 1,
  PROP_SPEED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (QuoPlayer, quo_player, G_TYPE_OBJECT)

static void
quo_player_get_property (GObject *object,
                         guint id,
                         GValue *value,
                         GParamSpec *pspec)
{
  QuoPlayer *self = QUO_PLAYER (object);

  switch (id)
    {
    case PROP_IS_PLAYING:
      g_value_set_boolean (value, self->is_playing);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quo_player_set_property (GObject *object,
                         guint id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  if (id == PROP_SPEED)
    quo_player_set_speed (QUO_PLAYER (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
quo_player_dispose (GObject *object)
{
  g_clear_object (&QUO_PLAYER (object)->document);
  G_OBJECT_CLASS (quo_player_parent_class)->dispose (object);
}

static void
quo_player_class_init (QuoPlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = quo_player_dispose;
  object_class->get_property = quo_player_get_property;
  object_class->set_property = quo_player_set_property;

  props[PROP_IS_PLAYING]
    = g_param_spec_boolean ("is-playing", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SPEED]
    = g_param_spec_double ("speed", NULL, NULL, QUO_SPEED_MIN, QUO_SPEED_MAX, 1,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                             | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
quo_player_init (QuoPlayer *self)
{
  self->speed = 1;
}

/**
 * quo_player_new:
 * @document: whose time is moved
 *
 * Returns: (transfer full): a player that is paused, at speed 1
 */
QuoPlayer *
quo_player_new (QuoDocument *document)
{
  g_return_val_if_fail (QUO_IS_DOCUMENT (document), NULL);

  QuoPlayer *self = g_object_new (QUO_TYPE_PLAYER, NULL);

  self->document = g_object_ref (document);
  return self;
}

static void
set_playing (QuoPlayer *self, gboolean is_playing)
{
  if (self->is_playing == is_playing)
    return;
  self->is_playing = is_playing;
  self->last_us = 0;
  self->rest_ns = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_PLAYING]);
}

static gboolean
is_over (QuoPlayer *self)
{
  QuoRun *run = quo_document_run (self->document);

  /* One that can go on is only waiting for the engine. */
  return run != NULL && quo_run_status (run) != QUO_SIM_MORE
         && quo_document_time (self->document)
              >= quo_document_end (self->document);
}

/**
 * quo_player_play:
 *
 * Lets time run; from the start when it stands at the end.
 */
void
quo_player_play (QuoPlayer *self)
{
  g_return_if_fail (QUO_IS_PLAYER (self));

  if (quo_document_scenario (self->document) == NULL)
    return;
  if (is_over (self))
    quo_document_set_time (self->document, 0);
  set_playing (self, TRUE);
}

/**
 * quo_player_pause:
 *
 * Holds time where it is.
 */
void
quo_player_pause (QuoPlayer *self)
{
  g_return_if_fail (QUO_IS_PLAYER (self));
  set_playing (self, FALSE);
}

/**
 * quo_player_is_playing:
 *
 * Returns: whether time runs
 */
gboolean
quo_player_is_playing (QuoPlayer *self)
{
  g_return_val_if_fail (QUO_IS_PLAYER (self), FALSE);
  return self->is_playing;
}

/**
 * quo_player_speed:
 *
 * Returns: simulated seconds in a second
 */
double
quo_player_speed (QuoPlayer *self)
{
  g_return_val_if_fail (QUO_IS_PLAYER (self), 1);
  return self->speed;
}

/**
 * quo_player_set_speed:
 * @speed: simulated seconds in a second, held within %QUO_SPEED_MIN and
 *   %QUO_SPEED_MAX
 */
void
quo_player_set_speed (QuoPlayer *self, double speed)
{
  g_return_if_fail (QUO_IS_PLAYER (self));

  speed = CLAMP (speed, QUO_SPEED_MIN, QUO_SPEED_MAX);
  if (self->speed == speed)
    return;
  self->speed = speed;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPEED]);
}

/**
 * quo_player_frame:
 * @frame_time_us: the frame clock's, us
 *
 * Moves the time shown by what passed since the previous frame; nothing when
 * paused. At the end of the run it pauses.
 */
void
quo_player_frame (QuoPlayer *self, gint64 frame_time_us)
{
  g_return_if_fail (QUO_IS_PLAYER (self));

  if (!self->is_playing)
    return;

  gint64 passed_us = self->last_us == 0
                       ? 0
                       : CLAMP (frame_time_us - self->last_us, 0, FRAME_MAX_US);
  double step_ns = self->rest_ns + (double) passed_us * 1000 * self->speed;
  double whole_ns = floor (step_ns);

  self->last_us = frame_time_us;
  self->rest_ns = step_ns - whole_ns;
  quo_document_set_time (self->document, quo_document_time (self->document)
                                           + (QuoTime) whole_ns);
  if (is_over (self))
    set_playing (self, FALSE);
}
