#!/bin/sh
# Installs what the tests need from the system: OpenGL for drawing the tablet's screens without a
# display, zbar for reading QR codes as on Android, Chromium for looking at the web pages (its driver's
# Node.js needs libatomic1), strace for recording every write, a JDK for running the tablet's Android
# code, libfaketime for moving the date. Debian and Ubuntu, through apt when it may; when it may not,
# says in one sentence what is missing and which tests are left out.
set -u

has_library() {
	{ ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"
}

wanted=""
has_library 'libatomic\.so\.1' || wanted="$wanted libatomic1"
has_library 'libEGL\.so\.1' || wanted="$wanted libegl1"
has_library 'libGL\.so\.1' || wanted="$wanted libgl1"
has_library 'libzbar\.so\.0' || wanted="$wanted libzbar0"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || wanted="$wanted chromium"
command -v javac >/dev/null 2>&1 || wanted="$wanted default-jdk-headless"
command -v strace >/dev/null 2>&1 || wanted="$wanted strace"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || wanted="$wanted libfaketime"
[ -n "$wanted" ] || exit 0
[ "$(uname -s)" = Linux ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "Missing:$wanted (this is not Debian: please install what corresponds to them). The tests that need them are left out."
	exit 0
fi
if [ "$(id -u)" = 0 ]; then
	as_root=""
elif sudo -n true >/dev/null 2>&1; then
	as_root="sudo -n"
else
	echo "Missing:$wanted. Please ask an administrator to run: apt-get install$wanted. Until then the tests that need them are left out."
	exit 0
fi

echo "Installing$wanted ..."
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # the list is meant to be split
if ! { $as_root apt-get update -qq && $as_root apt-get install -qq -y --no-install-recommends $wanted; } >/tmp/tally87-apt.$$ 2>&1; then
	tail -n 3 /tmp/tally87-apt.$$
	echo "apt could not install:$wanted. The tests that need them are left out."
fi
rm -f /tmp/tally87-apt.$$
exit 0
