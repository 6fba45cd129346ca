/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "document/player.h"

#include <string.h>

#include "fixture.h"

static void
runs_at_its_speed (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoPlayer) player = quo_player_new (document);

  quo_player_set_speed (player, 0.5);
  quo_player_play (player);
  /* The first frame only says when the time begins to run. */
  for (gint64 us = 1000; us <= 1001000; us += 16000)
    quo_player_frame (player, us);
  g_assert_cmpint (quo_document_time (document), ==, 496 * QUO_MILLISECOND);
}

static void
loses_no_fraction (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoPlayer) player = quo_player_new (document);

  quo_player_set_speed (player, QUO_SPEED_MIN);
  quo_player_play (player);
  /* 3 us at a thousandth are 3 ns; at 7 us a frame, rounding would show. */
  for (gint64 i = 0; i <= 1000; i++)
    quo_player_frame (player, 1 + i * 7);
  g_assert_cmpint (quo_document_time (document), ==, 7000);
}

static void
goes_on_after_a_long_frame (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoPlayer) player = quo_player_new (document);

  quo_player_play (player);
  quo_player_frame (player, 1);
  quo_player_frame (player, 60 * G_USEC_PER_SEC);
  g_assert_cmpint (quo_document_time (document), <=, 200 * QUO_MILLISECOND);
}

static void
pauses_at_the_end_and_starts_again (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoPlayer) player = quo_player_new (document);

  quo_player_set_speed (player, QUO_SPEED_MAX);
  quo_player_play (player);
  for (gint64 us = 1; us < G_USEC_PER_SEC; us += 16000)
    quo_player_frame (player, us);
  g_assert_false (quo_player_is_playing (player));
  g_assert_cmpint (quo_document_time (document), ==,
                   quo_document_end (document));
  quo_player_play (player);
  g_assert_cmpint (quo_document_time (document), ==, 0);
  g_assert_true (quo_player_is_playing (player));
}

static void
stands_still_when_paused (void)
{
  g_autoptr (QuoDocument) document = document_of (RAFT);
  g_autoptr (QuoPlayer) player = quo_player_new (document);

  for (gint64 us = 1; us < G_USEC_PER_SEC; us += 16000)
    quo_player_frame (player, us);
  g_assert_cmpint (quo_document_time (document), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/document/player/runs-at-its-speed", runs_at_its_speed);
  g_test_add_func ("/ui/document/player/loses-no-fraction", loses_no_fraction);
  g_test_add_func ("/ui/document/player/goes-on-after-a-long-frame",
                   goes_on_after_a_long_frame);
  g_test_add_func ("/ui/document/player/pauses-at-the-end-and-starts-again",
                   pauses_at_the_end_and_starts_again);
  g_test_add_func ("/ui/document/player/stands-still-when-paused",
                   stands_still_when_paused);
  return g_test_run ();
}
