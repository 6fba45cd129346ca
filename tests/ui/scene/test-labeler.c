/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene/labeler.h"

static gboolean
overlap (const QuoBox *a,
         const QuoBox *b)
{
  return a->x < b->x + b->width && b->x < a->x + a->width
         && a->y < b->y + b->height && b->y < a->y + a->height;
}

static void
random_labels (QuoLabeler *labeler,
               guint32     seed,
               guint       n,
               GArray     *blocked)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  QuoBox area = { -100, 50, (float) g_rand_int_range (random, 1, 1200),
                  (float) g_rand_int_range (random, 1, 900) };
  quo_labeler_clear (labeler, &area);
  g_array_set_size (blocked, 0);
  g_array_append_val (blocked, area);
  for (guint i = 0; i < n / 8; i++)
    {
      QuoBox box = { (float) g_rand_int_range (random, -200, 1100),
                     (float) g_rand_int_range (random, -50, 900),
                     (float) g_rand_double_range (random, 0, 60),
                     (float) g_rand_double_range (random, 0, 30) };
      quo_labeler_block (labeler, &box);
      g_array_append_val (blocked, box);
    }
  for (guint i = 0; i < n; i++)
    {
      QuoLabelSpot spots[4];
      guint n_spots = (guint) g_rand_int_range (random, 1, 5);
      for (guint k = 0; k < n_spots; k++)
        spots[k]
          = (QuoLabelSpot) { (float) g_rand_double_range (random, -150, 1100),
                            (float) g_rand_double_range (random, 0, 950) };
      quo_labeler_add (labeler, g_rand_int_range (random, 0, 3),
                       g_rand_double_range (random, 5, 150),
                       g_rand_double_range (random, 8, 20), spots, n_spots,
                       g_rand_boolean (random) ? 40 : 0);
    }
  quo_labeler_place (labeler);
}

static void
test_no_overlap (void)
{
  g_autoptr (QuoLabeler) labeler = quo_labeler_new ();
  g_autoptr (GArray) blocked = g_array_new (FALSE, FALSE, sizeof (QuoBox));
  for (guint round = 0; round < 40; round++)
    {
      const guint n = 200;
      random_labels (labeler, (guint32) g_test_rand_int (), n, blocked);
      const QuoBox *area = &g_array_index (blocked, QuoBox, 0);
      guint placed = 0;
      for (guint i = 0; i < n; i++)
        {
          QuoBox box, other;
          if (!quo_labeler_get (labeler, i, &box))
            continue;
          placed++;
          g_assert_cmpfloat (box.x, >=, area->x);
          g_assert_cmpfloat (box.y, >=, area->y);
          g_assert_cmpfloat (box.x + box.width, <=, area->x + area->width);
          g_assert_cmpfloat (box.y + box.height, <=, area->y + area->height);
          for (guint k = 1; k < blocked->len; k++)
            g_assert_false (
              overlap (&box, &g_array_index (blocked, QuoBox, k)));
          for (guint k = 0; k < i; k++)
            if (quo_labeler_get (labeler, k, &other))
              g_assert_false (overlap (&box, &other));
        }
      if (area->width > 300 && area->height > 200)
        g_assert_cmpuint (placed, >, 0);
    }
}

static void
test_same_places (void)
{
  g_autoptr (QuoLabeler) one = quo_labeler_new ();
  g_autoptr (QuoLabeler) other = quo_labeler_new ();
  g_autoptr (GArray) blocked = g_array_new (FALSE, FALSE, sizeof (QuoBox));
  guint32 seed = (guint32) g_test_rand_int ();
  /* One of them has been used for something else before. */
  random_labels (other, seed + 1, 300, blocked);
  random_labels (one, seed, 150, blocked);
  random_labels (other, seed, 150, blocked);
  for (guint i = 0; i < 150; i++)
    {
      QuoBox a = { 0 }, b = { 0 };
      g_assert_cmpint (quo_labeler_get (one, i, &a), ==,
                       quo_labeler_get (other, i, &b));
      g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
    }
}

static void
test_priority (void)
{
  g_autoptr (QuoLabeler) labeler = quo_labeler_new ();
  QuoBox area = { 0, 0, 200, 100 }, box;
  quo_labeler_clear (labeler, &area);
  QuoLabelSpot spots[2] = { { 10, 10 }, { 100, 60 } };
  guint plain = quo_labeler_add (labeler, 0, 50, 12, spots, 2, 0);
  guint urgent = quo_labeler_add (labeler, 5, 50, 12, spots, 2, 0);
  guint late = quo_labeler_add (labeler, 0, 50, 12, spots, 2, 0);
  guint shifted = quo_labeler_add (labeler, 0, 50, 12, spots, 2, 30);
  quo_labeler_place (labeler);

  g_assert_true (quo_labeler_get (labeler, urgent, &box));
  g_assert_cmpfloat (box.x, ==, 10);
  g_assert_true (quo_labeler_get (labeler, plain, &box));
  g_assert_cmpfloat (box.x, ==, 100);
  g_assert_false (quo_labeler_get (labeler, late, &box));
  g_assert_true (quo_labeler_get (labeler, shifted, &box));
  g_assert_cmpfloat (box.x, ==, 10);
  g_assert_cmpfloat (box.y, >=, 22);
}

static void
test_line (void)
{
  g_autoptr (QuoLabeler) labeler = quo_labeler_new ();
  QuoBox area = { 0, 0, 400, 400 };
  quo_labeler_clear (labeler, &area);
  quo_labeler_block_line (labeler, 10, 10, 390, 200, 2);
  for (guint i = 0; i <= 38; i++)
    {
      QuoBox on = { 10 + 10.0f * i - 1, 10 + 5.0f * i - 1, 2, 2 };
      g_assert_false (quo_labeler_is_free (labeler, &on));
      /* And what is clear of it by a letter's height is free. */
      QuoBox off = { 10 + 10.0f * i, 10 + 5.0f * i + 12, 2, 2 };
      if (off.x + off.width <= 400)
        g_assert_true (quo_labeler_is_free (labeler, &off));
    }
}

static void
test_large_area (void)
{
  g_autoptr (QuoLabeler) labeler = quo_labeler_new ();
  const QuoBox areas[] = { { 0, 0, 800, 4e6f },
                           { 0, 0, 4e6f, 20 },
                           { 0, 0, 1e6f, 1e6f },
                           { 0, 0, 0, 0 } };
  for (guint i = 0; i < G_N_ELEMENTS (areas); i++)
    {
      quo_labeler_clear (labeler, &areas[i]);
      QuoLabelSpot end = { areas[i].width - 60, areas[i].height - 14 };
      quo_labeler_add (labeler, 0, 50, 12, &end, 1, 0);
      quo_labeler_place (labeler);
      QuoBox box;
      g_assert_cmpint (quo_labeler_get (labeler, 0, &box), ==,
                       areas[i].width > 0);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/scene/labeler/labels-never-overlap", test_no_overlap);
  g_test_add_func ("/ui/scene/labeler/same-calls-same-places",
                   test_same_places);
  g_test_add_func ("/ui/scene/labeler/higher-priority-chooses-first",
                   test_priority);
  g_test_add_func ("/ui/scene/labeler/line-is-kept-free", test_line);
  g_test_add_func ("/ui/scene/labeler/any-area-will-do", test_large_area);
  return g_test_run ();
}
