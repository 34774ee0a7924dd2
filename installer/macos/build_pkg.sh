#!/bin/bash
# Signs kpdesk.app, makes kpdesk-VERSION.pkg of it, has Apple notarize it, and verifies each step.
#
#   build_pkg.sh APP OUTPUT VERSION
#
# KPDESK_CODESIGN_IDENTITY   "Developer ID Application: ..."; without it nothing is signed
# KPDESK_INSTALLER_IDENTITY  "Developer ID Installer: ..."
# KPDESK_NOTARY_PROFILE      what `xcrun notarytool store-credentials` was told; without it: no notarization
#
# The order matters: the inside is signed before the outside, a signature is verified before it is sent,
# Apple's log is read also when it says "Accepted" (it lists what will be refused one day), and the ticket
# is stapled and checked last. See https://developer.apple.com/documentation/security/notarizing-macos-software-before-distribution
set -euo pipefail

app=$1
output=$2
version=$3
here=$(cd "$(dirname "$0")" && pwd)
package="$output/kpdesk-$version.pkg"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

test -d "$app" || { echo "There is no $app." >&2; exit 1; }
mkdir -p "$output"
rm -f "$package"

# --- words of the system's questions in Spanish -----------------------------------------------------------
cp -R "$here/es.lproj" "$app/Contents/Resources/"
plutil -lint "$app/Contents/Info.plist" "$app/Contents/Resources/es.lproj/InfoPlist.strings"

# --- sign, from the inside to the outside -----------------------------------------------------------------
identity=${KPDESK_CODESIGN_IDENTITY:--}
if [ "$identity" = "-" ]; then
    # without a team the hardened runtime would refuse the program its own libraries
    options=(--timestamp=none)
    echo "No KPDESK_CODESIGN_IDENTITY: signed ad hoc, for this Mac alone." >&2
else
    options=(--options runtime --timestamp)
fi
sign() {
    codesign --force "${options[@]}" --sign "$identity" "$@"
}
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    while IFS= read -r -d '' library; do sign "$library"; done
find "$app/Contents" -type d -name '*.framework' -prune -print0 |
    while IFS= read -r -d '' framework; do sign "$framework"; done
find "$app/Contents/MacOS" -type f -perm -u+x ! -name kpdesk -print0 |
    while IFS= read -r -d '' program; do sign --entitlements "$here/entitlements.plist" "$program"; done
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --deep --strict --verbose=2 "$app"

# --- the signed program still works -----------------------------------------------------------------------
"$app/Contents/MacOS/kpdesk" --version
"$app/Contents/MacOS/kpdesk" self-test

# --- package ----------------------------------------------------------------------------------------------
mkdir -p "$work/root/Applications"
ditto "$app" "$work/root/Applications/kpdesk.app"
pkgbuild --analyze --root "$work/root" "$work/components.plist"
# an update must go where the last one went, not to a copy that somebody moved elsewhere
plutil -replace 0.BundleIsRelocatable -bool NO "$work/components.plist"
plutil -replace 0.BundleOverwriteAction -string upgrade "$work/components.plist"
pkgbuild --root "$work/root" --component-plist "$work/components.plist" --install-location / \
    --identifier org.kpdesk.kpdesk --version "$version" "$work/kpdesk.pkg"
if [ -n "${KPDESK_INSTALLER_IDENTITY:-}" ]; then
    productbuild --sign "$KPDESK_INSTALLER_IDENTITY" --timestamp --package "$work/kpdesk.pkg" "$package"
    pkgutil --check-signature "$package"
else
    productbuild --package "$work/kpdesk.pkg" "$package"
fi

# --- notarize, read the log, staple, verify ---------------------------------------------------------------
if [ -n "${KPDESK_NOTARY_PROFILE:-}" ]; then
    status=0
    xcrun notarytool submit "$package" --keychain-profile "$KPDESK_NOTARY_PROFILE" \
        --wait --output-format plist >"$work/submission.plist" || status=$?
    id=$(plutil -extract id raw "$work/submission.plist")
    xcrun notarytool log "$id" --keychain-profile "$KPDESK_NOTARY_PROFILE" "$output/notarization-$version.json"
    cat "$output/notarization-$version.json"
    answer=$(plutil -extract status raw "$work/submission.plist")
    if [ "$status" -ne 0 ] || [ "$answer" != "Accepted" ]; then
        echo "Apple says: $answer" >&2
        exit 1
    fi
    xcrun stapler staple "$package"
    xcrun stapler validate "$package"
    spctl --assess --type install --verbose=2 "$package"
fi
echo "$package"
