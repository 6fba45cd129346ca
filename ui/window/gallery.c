/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "window/gallery.h"

#include "diagram/picture.h"
#include "scene/painter.h"

#include <string.h>

/* A thumbnail is drawn larger than it is shown, so that texts stay in proportion
 * to what they belong to. */
#define DRAW_SCALE 0.62
/* A scenario without an end, or one that takes long, is simulated this far. */
#define HORIZON (4 * QUO_SECOND)

struct _QuoGalleryItem
{
  GObject parent_instance;

  GFile *file;
  QuoScenario *scenario;
  GdkTexture *picture;
};

struct _QuoGallery
{
  GObject parent_instance;

  GListStore *items;
  char *folder;
  QuoThemeKind theme;
  gboolean is_drawn;
  volatile gint is_cancelled; /* atomic */
};

typedef struct
{
  QuoGallery *gallery;
  GPtrArray *items;     /* all of them, or NULL */
  QuoGalleryItem *item; /* the one whose picture this is, or NULL: the end */
  GdkTexture *picture;
} Result;

enum
{
  PROP_PICTURE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint listed_signal;
static guint drawn_signal;

G_DEFINE_FINAL_TYPE (QuoGalleryItem, quo_gallery_item, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (QuoGallery, quo_gallery, G_TYPE_OBJECT)

static void
quo_gallery_item_get_property (GObject *object,
                               guint id,
                               GValue *value,
                               GParamSpec *pspec)
{
  if (id == PROP_PICTURE)
    g_value_set_object (value, QUO_GALLERY_ITEM (object)->picture);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
quo_gallery_item_finalize (GObject *object)
{
  QuoGalleryItem *self = QUO_GALLERY_ITEM (object);

  g_clear_object (&self->file);
  g_clear_object (&self->picture);
  g_clear_pointer (&self->scenario, quo_scenario_unref);
  G_OBJECT_CLASS (quo_gallery_item_parent_class)->finalize (object);
}

static void
quo_gallery_item_class_init (QuoGalleryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quo_gallery_item_finalize;
  G_OBJECT_CLASS (klass)->get_property = quo_gallery_item_get_property;
  props[PROP_PICTURE]
    = g_param_spec_object ("picture", NULL, NULL, GDK_TYPE_TEXTURE,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
quo_gallery_item_init (QuoGalleryItem *self)
{
}

/**
 * quo_gallery_item_file:
 *
 * Returns: (transfer none): where the scenario is
 */
GFile *
quo_gallery_item_file (QuoGalleryItem *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), NULL);
  return self->file;
}

/**
 * quo_gallery_item_title:
 *
 * Returns: (transfer none): what it is called
 */
const char *
quo_gallery_item_title (QuoGalleryItem *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), NULL);
  return quo_scenario_title (self->scenario);
}

/**
 * quo_gallery_item_summary:
 *
 * Returns: (transfer none): what it shows, in a sentence or two
 */
const char *
quo_gallery_item_summary (QuoGalleryItem *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), NULL);
  return quo_scenario_summary (self->scenario);
}

/**
 * quo_gallery_item_protocol:
 *
 * Returns: (transfer none): its protocol's title, untranslated
 */
const char *
quo_gallery_item_protocol (QuoGalleryItem *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), NULL);
  return quo_scenario_protocol (self->scenario)->declaration.title;
}

/**
 * quo_gallery_item_family:
 *
 * Returns: (transfer none): its protocol's group in the gallery
 */
const char *
quo_gallery_item_family (QuoGalleryItem *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), NULL);
  return quo_scenario_protocol (self->scenario)->declaration.family;
}

/**
 * quo_gallery_item_picture:
 *
 * Returns: (transfer none) (nullable): its picture; %NULL until it is drawn
 */
GdkTexture *
quo_gallery_item_picture (QuoGalleryItem *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), NULL);
  return self->picture;
}

/**
 * quo_gallery_item_matches:
 * @words: what is searched for; every word has to be found somewhere
 *
 * Returns: whether title, summary, protocol and tags together have all the words
 */
gboolean
quo_gallery_item_matches (QuoGalleryItem *self, const char *words)
{
  g_return_val_if_fail (QUO_IS_GALLERY_ITEM (self), FALSE);

  const QuoDeclaration *declaration
    = &quo_scenario_protocol (self->scenario)->declaration;
  const char *const *tags = quo_scenario_tags (self->scenario);
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *folded = NULL;
  g_autofree char *wanted = g_utf8_casefold (words, -1);
  g_auto (GStrv) parts = g_strsplit_set (wanted, " \t", -1);

  g_string_printf (all, "%s %s %s %s %s", quo_scenario_title (self->scenario),
                   quo_scenario_summary (self->scenario), declaration->title,
                   declaration->id, declaration->family);
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    g_string_append_printf (all, " %s", tags[i]);
  folded = g_utf8_casefold (all->str, -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (strstr (folded, parts[i]) == NULL)
      return FALSE;
  return TRUE;
}

static void
result_free (gpointer data)
{
  Result *result = data;

  g_clear_pointer (&result->items, g_ptr_array_unref);
  g_clear_object (&result->item);
  g_clear_object (&result->picture);
  g_clear_object (&result->gallery);
  g_free (result);
}

static gboolean
take_result (gpointer data)
{
  Result *result = data;
  QuoGallery *self = result->gallery;

  if (g_atomic_int_get (&self->is_cancelled))
    return G_SOURCE_REMOVE;
  if (result->items != NULL)
    {
      for (guint i = 0; i < result->items->len; i++)
        g_list_store_append (self->items, g_ptr_array_index (result->items, i));
      g_signal_emit (self, listed_signal, 0);
    }
  else if (result->item != NULL)
    {
      g_set_object (&result->item->picture, result->picture);
      g_object_notify_by_pspec (G_OBJECT (result->item), props[PROP_PICTURE]);
    }
  else
    {
      self->is_drawn = TRUE;
      g_signal_emit (self, drawn_signal, 0);
    }
  return G_SOURCE_REMOVE;
}

/* From the thread to the main context. */
static void
hand_over (QuoGallery *self,
           GPtrArray *items,
           QuoGalleryItem *item,
           GdkTexture *picture)
{
  Result *result = g_new0 (Result, 1);

  result->gallery = g_object_ref (self);
  result->items = items != NULL ? g_ptr_array_ref (items) : NULL;
  result->item = item != NULL ? g_object_ref (item) : NULL;
  result->picture = picture != NULL ? g_object_ref (picture) : NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, take_result, result, result_free);
}

static guint
family_rank (const QuoProtocol *protocol)
{
  const QuoProtocol *const *protocols = quo_protocols ();

  /* A group stands where its first protocol does: from strong to weak. */
  for (guint i = 0; protocols[i] != NULL; i++)
    if (g_strcmp0 (protocols[i]->declaration.family,
                   protocol->declaration.family)
        == 0)
      return i;
  return G_MAXUINT;
}

static guint
protocol_rank (const QuoProtocol *protocol)
{
  const QuoProtocol *const *protocols = quo_protocols ();

  for (guint i = 0; protocols[i] != NULL; i++)
    if (protocols[i] == protocol)
      return i;
  return G_MAXUINT;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  QuoGalleryItem *first = *(QuoGalleryItem *const *) a;
  QuoGalleryItem *second = *(QuoGalleryItem *const *) b;
  const QuoProtocol *p = quo_scenario_protocol (first->scenario);
  const QuoProtocol *q = quo_scenario_protocol (second->scenario);
  g_autofree char *first_name = g_file_get_basename (first->file);
  g_autofree char *second_name = g_file_get_basename (second->file);

  if (family_rank (p) != family_rank (q))
    return family_rank (p) < family_rank (q) ? -1 : 1;
  if (p != q)
    return protocol_rank (p) < protocol_rank (q) ? -1 : 1;
  return strcmp (first_name, second_name);
}

/* The story's notes would cover what they are about. */
static QuoScenario *
without_story (QuoScenario *scenario)
{
  QuoScenario *bare
    = quo_scenario_n_story (scenario) > 0
        ? quo_scenario_with_value (scenario, "/story", "[]", NULL)
        : NULL;

  return bare != NULL ? bare : quo_scenario_ref (scenario);
}

/* A file that cannot be read has no card; opening it by hand says why. */
static GPtrArray *
list_items (QuoGallery *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name = NULL;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL
         && !g_atomic_int_get (&self->is_cancelled))
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autoptr (QuoScenario) scenario = NULL;
      QuoGalleryItem *item = NULL;

      if (!g_str_has_suffix (name, QUO_SCENARIO_SUFFIX))
        continue;
      scenario = quo_scenario_new_from_file (path, NULL);
      if (scenario == NULL)
        continue;
      item = g_object_new (QUO_TYPE_GALLERY_ITEM, NULL);
      item->file = g_file_new_for_path (path);
      item->scenario = g_steal_pointer (&scenario);
      g_ptr_array_add (items, item);
    }
  g_ptr_array_sort (items, compare_items);
  return items;
}

/* Where a scenario is worth a look: at the step of its story that is two thirds
 * through, in the view that the step names. */
static const QuoDiagramClass *
choose_view (QuoScenario *scenario, QuoRun *run, QuoTime *ret_time)
{
  guint n_steps = quo_scenario_n_story (scenario);
  const QuoDiagramClass *klass = NULL;
  const char *view = NULL;

  *ret_time = quo_run_end (run) / 2;
  if (n_steps > 0)
    {
      const QuoStoryStep *step = quo_scenario_story (scenario, n_steps * 2 / 3);

      *ret_time = MIN (step->at, quo_run_end (run));
      view = step->show;
    }
  klass = view != NULL ? quo_diagram_class_find (view) : NULL;
  if (klass == NULL || !klass->is_offered (run))
    klass = quo_diagram_class_find ("network");
  return klass;
}

static GdkTexture *
draw (QuoGallery *self, QuoScenario *scenario, QuoRun *run)
{
  const int scale = 2;
  const int width = QUO_THUMBNAIL_WIDTH * scale;
  const int height = QUO_THUMBNAIL_HEIGHT * scale;
  const QuoTheme *theme = quo_theme_get (self->theme);
  QuoColor ground = quo_theme_get_rule (theme, QUO_STYLE_BACKGROUND)->wash;
  QuoPicture picture = { .width = QUO_THUMBNAIL_WIDTH / DRAW_SCALE,
                         .height = QUO_THUMBNAIL_HEIGHT / DRAW_SCALE };
  const QuoDiagramClass *klass = choose_view (scenario, run, &picture.time);
  g_autoptr (QuoMetrics) metrics = quo_metrics_new (NULL);
  g_autoptr (QuoDiagram) diagram = quo_diagram_new (klass, run, metrics);
  g_autoptr (QuoScene) scene = quo_picture_draw (diagram, &picture, metrics);
  cairo_surface_t *surface
    = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, ground.red, ground.green, ground.blue);
  cairo_paint (cr);
  cairo_scale (cr, DRAW_SCALE * scale, DRAW_SCALE * scale);
  quo_painter_paint (scene, cr, theme, QUO_LAYERS_ALL, NULL);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  gsize stride = cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes
    = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface),
                                  stride * height,
                                  (GDestroyNotify) cairo_surface_destroy,
                                  surface);

  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes,
                                 stride);
}

static gboolean
stop_at_once (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer data)
{
  QuoGallery *self = data;
  g_autoptr (GPtrArray) items = list_items (self);

  hand_over (self, items, NULL, NULL);
  for (guint i = 0; i < items->len && !g_atomic_int_get (&self->is_cancelled);
       i++)
    {
      QuoGalleryItem *item = g_ptr_array_index (items, i);
      QuoTime until = quo_scenario_until (item->scenario);
      g_autoptr (QuoScenario) bare = without_story (item->scenario);
      g_autoptr (QuoRun) run
        = quo_run_new (bare,
                       until > 0 && until != QUO_TIME_NEVER ? until : HORIZON,
                       &self->is_cancelled, NULL, NULL);
      g_autoptr (GdkTexture) picture = NULL;

      if (run == NULL || g_atomic_int_get (&self->is_cancelled))
        continue;
      picture = draw (self, item->scenario, run);
      hand_over (self, NULL, item, picture);
    }
  hand_over (self, NULL, NULL, NULL);
  /* The last reference must go on the main thread, where the widgets are. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, stop_at_once, self, g_object_unref);
  return NULL;
}

static void
quo_gallery_finalize (GObject *object)
{
  QuoGallery *self = QUO_GALLERY (object);

  g_clear_object (&self->items);
  g_free (self->folder);
  G_OBJECT_CLASS (quo_gallery_parent_class)->finalize (object);
}

static void
quo_gallery_class_init (QuoGalleryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quo_gallery_finalize;
  listed_signal
    = g_signal_new ("listed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  drawn_signal
    = g_signal_new ("drawn", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
quo_gallery_init (QuoGallery *self)
{
  self->items = g_list_store_new (QUO_TYPE_GALLERY_ITEM);
}

/**
 * quo_gallery_new:
 * @folder: where the scenarios are
 * @theme: what the pictures are painted with
 *
 * Begins to read and draw them on a thread of its own.
 *
 * Returns: (transfer full): a gallery that fills; to be stopped by
 *   quo_gallery_stop()
 */
QuoGallery *
quo_gallery_new (const char *folder, QuoThemeKind theme)
{
  QuoGallery *self = g_object_new (QUO_TYPE_GALLERY, NULL);

  self->folder = g_strdup (folder);
  self->theme = theme;
  g_thread_unref (g_thread_new ("quorate-gallery", work, g_object_ref (self)));
  return self;
}

/**
 * quo_gallery_stop:
 *
 * Ends the work soon. Nothing is heard of it any more.
 */
void
quo_gallery_stop (QuoGallery *self)
{
  g_return_if_fail (QUO_IS_GALLERY (self));
  g_atomic_int_set (&self->is_cancelled, TRUE);
}

/**
 * quo_gallery_items:
 *
 * Returns: (transfer none): of #QuoGalleryItem, grouped by family, from strong to
 *   weak
 */
GListModel *
quo_gallery_items (QuoGallery *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY (self), NULL);
  return G_LIST_MODEL (self->items);
}

/**
 * quo_gallery_is_drawn:
 *
 * Returns: whether every picture is there
 */
gboolean
quo_gallery_is_drawn (QuoGallery *self)
{
  g_return_val_if_fail (QUO_IS_GALLERY (self), FALSE);
  return self->is_drawn;
}

/**
 * quo_gallery_folder:
 *
 * Returns: (transfer full): where the scenarios that come with the program are:
 *   below QUORATE_DATA_DIR when that is set, else where they are installed
 */
char *
quo_gallery_folder (void)
{
  const char *folder = g_getenv ("QUORATE_DATA_DIR");

  return g_build_filename (folder != NULL ? folder : QUO_DATA_DIR, "scenarios",
                           NULL);
}
