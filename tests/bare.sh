#!/bin/sh
# The promise of the README, kept on an empty Debian 12 and 13: builds each with debootstrap, installs
# only git, make, python3 and python3-venv, and runs `make run` and `make test` there, as an ordinary
# user and as root. Before a release; not part of `make test` (an hour, 4 GB in /var/tmp).
#
#   make bare                       both releases
#   BARE=bookworm make bare         one of them
#   BARE_COMMANDS="run" make bare   only the first command
#   BARE_USERS=root make bare       only as one of person and root
#
# How this machine reaches its mirrors (proxies, certificates, pip's settings) is carried over; nothing
# else of it is seen from inside.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
mirror=${BARE_MIRROR:-http://deb.debian.org/debian}
logs=${BARE_LOGS:-$here/build/bare}

if [ "$(id -u)" != 0 ]; then
	echo "make bare needs root: debootstrap makes device files and changes into the new system (chroot). Run: sudo make bare"
	exit 1
fi
if ! command -v debootstrap >/dev/null 2>&1; then
	echo "Installing debootstrap ..."
	apt-get -o DPkg::Lock::Timeout=120 install -qq -y debootstrap >/dev/null
fi
mkdir -p "$logs"

leave() {
	for place in dev/shm dev/pts dev proc sys; do
		if mountpoint -q "$root/$place"; then umount -l "$root/$place"; fi
	done
	if [ "${BARE_KEEP:-0}" = 0 ]; then rm -rf --one-file-system "$root"; else echo "Kept: $root"; fi
}

inside() { # inside USER COMMAND: a login of its own in the empty system
	chroot "$root" env -i HOME="$(home_of "$1")" USER="$1" LANG=C.UTF-8 TERM=dumb \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin $carried \
		setpriv --reuid "$1" --regid "$1" --init-groups sh -c "cd \"\$HOME\" && $2"
}

home_of() { if [ "$1" = root ]; then echo /root; else echo "/home/$1"; fi; }

# Settings of the way to the mirrors: no value with a space is carried.
carried=$(env | grep -E '^(https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|PIP_[A-Z_]+|UV_[A-Z_]+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO)=[^ ]*$' | tr '\n' ' ' || true)

failed=""
for release in ${BARE:-bookworm trixie}; do
	root=$(mktemp -d "/var/tmp/tally87-bare-$release.XXXXXX")
	chmod 755 "$root" # mktemp leaves it to root alone, and an ordinary user has to get in
	trap leave EXIT
	trap 'exit 130' INT TERM
	echo "=== $release: an empty system"
	debootstrap --variant=minbase "$release" "$root" "$mirror" >"$logs/$release-debootstrap.log" 2>&1 ||
		{ tail -n 5 "$logs/$release-debootstrap.log"; echo "debootstrap could not build $release from $mirror."; exit 1; }
	mount -t proc proc "$root/proc"
	mount --bind /dev "$root/dev"
	mount -t devpts devpts "$root/dev/pts"
	mount -t tmpfs tmpfs "$root/dev/shm"
	mount -t sysfs sysfs "$root/sys"
	cp /etc/resolv.conf /etc/hosts "$root/etc/"
	if [ -f /etc/pip.conf ]; then cp /etc/pip.conf "$root/etc/"; fi
	if [ -d /etc/apt/apt.conf.d ]; then cp -n /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true; fi
	inside root "apt-get update -qq && apt-get install -qq -y git make python3 python3-venv" >"$logs/$release-packages.log" 2>&1 ||
		{ tail -n 5 "$logs/$release-packages.log"; exit 1; }
	if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
		mkdir -p "$root/etc/ssl/certs" && cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
	fi
	inside root "useradd --create-home person"

	for user in ${BARE_USERS:-person root}; do
		git clone -q --no-hardlinks "$here" "$root$(home_of $user)/tally87"
		chroot "$root" chown -R "$user" "$(home_of $user)/tally87"
		for command in ${BARE_COMMANDS:-run test}; do
			log="$logs/$release-$user-$command.log"
			echo "=== $release: make $command as $user"
			began=$(date +%s)
			once=""
			if [ "$command" = run ]; then once="ONCE=1"; fi
			if inside "$user" "cd tally87 && make $command $once" >"$log" 2>&1; then
				echo "    passed in $(($(date +%s) - began)) s: $(tail -n 1 "$log")"
			else
				failed="$failed $release-$user-$command"
				echo "    FAILED after $(($(date +%s) - began)) s; the end of $log:"
				tail -n 15 "$log" | sed 's/^/    /'
			fi
		done
	done
	leave
	trap - EXIT
done

if [ -n "$failed" ]; then echo "Failed:$failed"; exit 1; fi
echo "Both commands of the README work on every release that was tried."
