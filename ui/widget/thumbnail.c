/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "widget/thumbnail.h"

struct _QuoThumbnail
{
  GtkWidget parent_instance;

  GdkTexture *texture; /* NULL: not drawn yet */
  gboolean is_fitted;  /* all of it is shown, in its own proportions */
  int width;
  int height;
};

G_DEFINE_FINAL_TYPE (QuoThumbnail, quo_thumbnail, GTK_TYPE_WIDGET)

static void
quo_thumbnail_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  QuoThumbnail *self = QUO_THUMBNAIL (widget);

  *minimum = *natural
    = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

static void
quo_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuoThumbnail *self = QUO_THUMBNAIL (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);

  if (self->texture == NULL)
    return;

  double own_width = gdk_texture_get_width (self->texture);
  double own_height = gdk_texture_get_height (self->texture);
  double scale = self->is_fitted ? MIN (width / own_width, height / own_height)
                                 : MAX (width / own_width, height / own_height);

  /* What is over is cut off evenly; what is left stays empty. */
  gtk_snapshot_append_texture (
    snapshot, self->texture,
    &GRAPHENE_RECT_INIT ((width - own_width * scale) / 2,
                         (height - own_height * scale) / 2, own_width * scale,
                         own_height * scale));
}

static void
quo_thumbnail_dispose (GObject *object)
{
  g_clear_object (&QUO_THUMBNAIL (object)->texture);
  G_OBJECT_CLASS (quo_thumbnail_parent_class)->dispose (object);
}

static void
quo_thumbnail_class_init (QuoThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quo_thumbnail_dispose;
  widget_class->measure = quo_thumbnail_measure;
  widget_class->snapshot = quo_thumbnail_snapshot;
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
quo_thumbnail_init (QuoThumbnail *self)
{
  self->width = QUO_THUMBNAIL_WIDTH;
  self->height = QUO_THUMBNAIL_HEIGHT;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * quo_thumbnail_new:
 * @label: what it shows, for those who cannot see it
 *
 * Returns: (transfer floating): an empty picture
 */
GtkWidget *
quo_thumbnail_new (const char *label)
{
  GtkWidget *self = g_object_new (QUO_TYPE_THUMBNAIL, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return self;
}

/**
 * quo_thumbnail_set_fitted:
 * @width: px
 * @height: px
 *
 * Shows all of the picture within a given size, instead of filling the size of a
 * thumbnail with a part of it.
 */
void
quo_thumbnail_set_fitted (QuoThumbnail *self, int width, int height)
{
  g_return_if_fail (QUO_IS_THUMBNAIL (self));

  self->is_fitted = TRUE;
  self->width = width;
  self->height = height;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * quo_thumbnail_set_texture:
 * @texture: (nullable): the picture
 */
void
quo_thumbnail_set_texture (QuoThumbnail *self, GdkTexture *texture)
{
  g_return_if_fail (QUO_IS_THUMBNAIL (self));

  if (g_set_object (&self->texture, texture))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}
