# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
#
# What start, check and sanitize share: finding out what a machine lacks,
# installing it, building and testing. Sourced, never run, by scripts that
# have set $source to the root of the tree.
: "${source:?}"

say ()
{
  printf '%s\n' "$*" >&2
}

die ()
{
  say "error: $*"
  exit 1
}

# What is needed, one a line: how to see that it is there, then its package
# for apt, dnf and pacman ("-" where none is needed). The ways to see it:
#
#   command NAME[/OTHER]   one of the commands is found
#   pc NAME[>=VERSION]     pkg-config knows the library
#   header NAME            the C compiler finds the header
#   file PATTERN           a file of that name exists
#   gi NAMESPACE           Debian's own python3 can import the namespace
#   font FAMILY            fontconfig has the family

build_needs ()
{
  cat << 'NEEDS'
command cc/gcc/clang        gcc                 gcc                    gcc
header stdio.h              libc6-dev           glibc-devel            glibc
command pkg-config/pkgconf  pkg-config          pkgconf-pkg-config     pkgconf
pc gtk4                     libgtk-4-dev        gtk4-devel             gtk4
pc json-glib-1.0            libjson-glib-dev    json-glib-devel        json-glib
command python3             python3             python3                python
command meson               meson               meson                  meson
command ninja/ninja-build   ninja-build         ninja-build            ninja
command msgfmt              gettext             gettext                gettext
command glib-compile-resources libglib2.0-dev-bin glib2-devel          glib2-devel
command glib-compile-schemas   libglib2.0-bin   glib2                  glib2
NEEDS
}

# Without these the window opens, but with empty buttons or the wrong letters.
window_needs ()
{
  cat << 'NEEDS'
file /usr/share/icons/Adwaita/index.theme      adwaita-icon-theme adwaita-icon-theme adwaita-icon-theme
file /usr/lib*/*/gdk-pixbuf-2.0/*/loaders/libpixbufloader*svg.so|/usr/lib*/gdk-pixbuf-2.0/*/loaders/libpixbufloader*svg.so|/usr/lib*/libglycin* librsvg2-common librsvg2 librsvg
font DejaVu Sans            fonts-dejavu-core   dejavu-sans-fonts      ttf-dejavu
NEEDS
}

check_needs ()
{
  cat << 'NEEDS'
command xvfb-run            xvfb                xorg-x11-server-Xvfb   xorg-server-xvfb
command xauth               xauth               xorg-x11-xauth         xorg-xauth
command dbus-daemon         dbus-daemon         dbus-daemon            dbus
command dbus-run-session    dbus-daemon         dbus-daemon            dbus
command rsvg-convert        librsvg2-bin        librsvg2-tools         librsvg
pc librsvg-2.0             librsvg2-dev        librsvg2-devel         librsvg
command xmllint             libxml2-utils       libxml2                libxml2
command desktop-file-validate desktop-file-utils desktop-file-utils    desktop-file-utils
command appstreamcli        appstream           appstream              appstream
command groff                groff-base          groff-base             groff
file /usr/libexec/at-spi-bus-launcher|/usr/lib/at-spi-bus-launcher|/usr/lib/at-spi2-core/at-spi-bus-launcher at-spi2-core at-spi2-core at-spi2-core
gi Atspi                    gir1.2-atspi-2.0,python3-gi at-spi2-core,python3-gobject at-spi2-core,python-gobject
NEEDS
}

# Can the font be had? Asked of fontconfig, since its files lie elsewhere on
# every distribution.
has_font ()
{
  command -v fc-list > /dev/null && fc-list : family | grep -q "$1"
}

# The system's own python3, which has the distribution's modules; a python3
# that stands before it in PATH often lacks them.
system_python ()
{
  if [ -x /usr/bin/python3 ]; then
    echo /usr/bin/python3
  else
    command -v python3
  fi
}

has_any_command ()
{
  for name in $(echo "$1" | tr '/' ' '); do
    command -v "$name" > /dev/null && return 0
  done
  return 1
}

has_any_file ()
{
  for pattern in $(echo "$1" | tr '|' ' '); do
    [ -e "$pattern" ] && return 0
  done
  return 1
}

has_header ()
{
  for compiler in cc gcc clang; do
    if command -v "$compiler" > /dev/null; then
      echo "#include <$1>" | "$compiler" -E - > /dev/null 2>&1
      return
    fi
  done
  return 1
}

has_pc ()
{
  for tool in pkg-config pkgconf; do
    if command -v "$tool" > /dev/null; then
      "$tool" --exists "$1" 2> /dev/null
      return
    fi
  done
  return 1
}

is_there ()
{
  case $1 in
    command) has_any_command "$2" ;;
    pc) has_pc "$2" ;;
    header) has_header "$2" ;;
    file) has_any_file "$2" ;;
    font) has_font "$2" ;;
    gi) "$(system_python)" -c "import gi; gi.require_version ('$2', '2.0')" \
          > /dev/null 2>&1 ;;
  esac
}

package_manager ()
{
  for name in apt-get dnf pacman; do
    if command -v "$name" > /dev/null; then
      echo "$name"
      return
    fi
  done
}

# Reads a list of needs; writes the packages of those that are not met, for
# the package manager $1, or what was looked for when there is none.
missing_packages ()
{
  while read -r kind subject rest; do
    # A font's name has a space in it.
    if [ "$kind" = font ]; then
      subject="$subject ${rest%% *}"
      rest=${rest#* }
    fi
    is_there "$kind" "$subject" < /dev/null && continue
    # The rest is a list of words on purpose.
    # shellcheck disable=SC2086
    set -- "$1" $rest
    case $1 in
      apt-get) echo "$2" ;;
      dnf) echo "$3" ;;
      pacman) echo "$4" ;;
      *) echo "${subject%%|*}" ;;
    esac
  done | tr ',' '\n' | grep -v '^-$' | sort -u | tr '\n' ' '
}

as_root ()
{
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo; as root, run: $*"
  fi
}

install_packages ()
{
  manager=$1
  shift
  case $manager in
    apt-get)
      as_root apt-get update -q \
        || say "warning: the package lists could not be renewed"
      as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 install -q -y \
        --no-install-recommends "$@"
      ;;
    dnf) as_root dnf install -y "$@" ;;
    pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
  esac
}

# Installs what of the needs read from standard input is missing; asks the
# package manager nothing when nothing is.
install_missing ()
{
  manager=$(package_manager)
  packages=$(missing_packages "$manager")
  [ -n "$packages" ] || return 0

  [ -n "$manager" ] \
    || die "missing, and no apt-get, dnf or pacman to install it: $packages"
  say "Installing what is missing: $packages"
  # The packages are words on purpose. Everything that a package manager
  # prints goes to standard error, so that callers own standard output.
  # shellcheck disable=SC2086
  install_packages "$manager" $packages < /dev/null >&2 \
    || die "could not install: $packages"
}

configure ()
{
  build=$1
  shift
  # A folder whose configuration was interrupted has no build.ninja.
  if [ -f "$build/build.ninja" ]; then
    return 0
  fi
  if [ -d "$build/meson-private" ]; then
    set -- --wipe "$@"
  fi
  say "Configuring $build"
  meson setup "$build" "$source" "$@" >&2 || die "could not configure $build"
}

compile ()
{
  say "Building $1"
  meson compile -C "$1" >&2 || die "could not build $1"
}

# Runs the tests of a build folder under a display and a session bus of their
# own, and closes with the line that counts the cases. A limit on time is not
# a test's business: the factor only ends what hangs.
run_suite ()
{
  build=$1
  shift
  logs=$build/meson-logs
  runtime=$(mktemp -d)
  chmod 700 "$runtime"
  # An earlier run's log must not be counted when this run writes none.
  rm -f "$logs/testlog.junit.xml" "$logs/testlog.json"

  status=0
  env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS \
    XDG_RUNTIME_DIR="$runtime" \
    dbus-run-session -- \
    xvfb-run -a -s '-screen 0 1920x1080x24' \
    meson test -C "$build" --no-rebuild --print-errorlogs \
    --timeout-multiplier 20 "$@" < /dev/null || status=$?

  rm -rf "$runtime"
  "$(system_python)" "$source/build-aux/summarise-tests" \
    --status "$status" "$logs/testlog.junit.xml" "$logs/testlog.json"
}
