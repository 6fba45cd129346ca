/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apart.h"

/* Measured boxes have room above small letters: as much may overlap. */
#define SLACK 1.0f

void
fixture_assert_texts_apart (QuoScene      *scene,
                            const QuoView *view)
{
  g_autoptr(GArray) boxes = g_array_new (FALSE, FALSE, sizeof (QuoBox));
  g_autoptr(GPtrArray) texts = g_ptr_array_new ();

  for (guint i = 0; i < quo_scene_get_n_items (scene); i++)
    {
      if (quo_scene_get_primitive (scene, i) != QUO_PRIMITIVE_TEXT)
        continue;
      QuoBox box = quo_scene_get_bounds (scene, i);
      const char *text = quo_scene_get_text (scene, i);
      for (guint j = 0; j < boxes->len; j++)
        {
          const QuoBox *other = &g_array_index (boxes, QuoBox, j);
          if (box.x + SLACK < other->x + other->width &&
              other->x + SLACK < box.x + box.width &&
              box.y + SLACK < other->y + other->height &&
              other->y + SLACK < box.y + box.height)
            g_error ("'%s' overlaps '%s' at %.0f,%.0f", text,
                     (const char *) g_ptr_array_index (texts, j), box.x, box.y);
        }
      if (view != NULL && (box.x < -SLACK || box.x + box.width > view->width + SLACK ||
                           box.y < -SLACK || box.y + box.height > view->height + SLACK))
        g_error ("'%s' is cut off at %.0f,%.0f", text, box.x, box.y);
      g_array_append_val (boxes, box);
      g_ptr_array_add (texts, (gpointer) text);
    }
  g_assert_cmpuint (boxes->len, >, 0);
}
