#!/bin/sh
# story: July 2016 from the command line, act by act, under the rulebook pk-1973@2000. Leaves its store in
# the folder it is given. Offices are named by their titles; the text is the reference case's.
#
#   demo/story.sh build/demo/store [postgres://...]
set -eu
cd "$(dirname "$0")/.."
store=${1:?which folder}
database=${2:-}
paraph=${PARAPH:-build/paraph}
rm -rf "$store" "$store.tokens"
mkdir -p "$store.tokens"
export PARAPH_STORE="$store"

say() { # WORDS: a heading; the story ends before the one that begins with $UNTIL
    case $* in "${UNTIL:-nothing}"*) exit 0 ;; esac
    printf '\n-- %s\n' "$*"
}
as() { # PERSON ACT ...
    who=$1
    shift
    PARAPH_TOKEN=$(cat "$store.tokens/$who") "$paraph" act "$@"
}
on() { # DAY PERSON ACT ...: on the dossier
    day=$1 who=$2 what=$3
    shift 3
    as "$who" "$what" --dossier "$dossier" --on "$day" "$@"
}
refused() { # ... an act that must be refused
    if "$@"; then
        echo "this should have been refused: $*" >&2
        exit 1
    fi
}
show() { # PERSON VIEW
    PARAPH_TOKEN=$(cat "$store.tokens/$1") "$paraph" show "$2" --dossier "$dossier"
}
json() { python3 -c "import json,sys; d=json.load(sys.stdin); $1"; }

say "An installation: an administrator, who enters people, and a security officer, who clears them"
"$paraph" init "$store" --origin paraph.example/treaties --rulebook pk-1973 --utc-offset +05:00 \
    --body cabinet="Cabinet Division" --administrator admin="System administrator" \
    --security-officer security="Security officer" ${database:+--database "$database"} |
    while read -r who token; do echo "$token" >"$store.tokens/$who"; done

body() { as admin body-add -q --id "$1" --name "$2"; }
body defence "Ministry of Defence"
body foreign-affairs "Ministry of Foreign Affairs"
body interior "Ministry of Interior"
body defence-production "Ministry of Defence Production"
body joint-staff "Joint Staff Headquarters"
body finance "Finance Division"
body law-justice "Law and Justice Division"
for b in defence foreign-affairs interior defence-production joint-staff law-justice cabinet; do
    as security clearance-level -q --body "$b" --grading secret
done

person() { # ID BODY TITLE
    as admin person-add -q --id "$1" --body "$2" --title "$3"
    as security clearance-level -q --person "$1" --grading secret
}
login() { # ID...: those who log in; the others' letters come by courier. A token is two halves.
    for p in "$@"; do
        for officer in admin security; do
            PARAPH_TOKEN=$(cat "$store.tokens/$officer") "$paraph" user token "$p"
        done >"$store.tokens/$p"
    done
}
person so-defence defence "Section Officer, Ministry of Defence"
person ds-defence defence "Deputy Secretary, Ministry of Defence"
person registry-defence defence "Registry, Ministry of Defence"
person secretary-defence defence "Secretary, Ministry of Defence"
person minister-defence defence "Minister for Defence"
person secretary-foreign foreign-affairs "Foreign Secretary"
person secretary-interior interior "Secretary, Ministry of Interior"
person secretary-production defence-production "Secretary, Ministry of Defence Production"
person director-jshq joint-staff "Director, Joint Staff Headquarters"
person draftsman law-justice "Draftsman, Law and Justice Division"
person cabinet-secretary cabinet "Cabinet Secretary"
as admin standing-give -q --person so-defence --role desk-officer
as admin standing-give -q --person secretary-defence --role secretary
login so-defence ds-defence registry-defence secretary-defence minister-defence draftsman \
    cabinet-secretary director-jshq

say "2 May 2016: the Section Officer opens the dossier; the Secretary approves"
refused as so-defence open --on 2016-05-02 --title "Framework agreement on defence cooperation" \
    --party "People's Republic of China" --form treaty --sponsor defence --secretary secretary-defence
dossier=$(as so-defence open --json --on 2016-05-02 \
    --title "Long-term strategic framework agreement on cooperation in defence and security" \
    --party "People's Republic of China" --form treaty --grading restricted --sponsor defence \
    --secretary secretary-defence | json 'print(d["dossier"])')
echo "The dossier is $dossier."
on 2016-05-02 secretary-defence approve-opening
for p in ds-defence registry-defence minister-defence secretary-foreign secretary-interior \
    secretary-production director-jshq draftsman cabinet-secretary; do
    as security list-add -q --dossier "$dossier" --on 2016-05-03 --person "$p"
done
role() { on 2016-05-03 secretary-defence role-give -q --person "$1" --role "$2"; }
role ds-defence confirmer
role registry-defence registry
role minister-defence minister
for p in secretary-foreign secretary-interior secretary-production director-jshq; do
    role "$p" authorised-officer
done
role draftsman vetter
role cabinet-secretary cabinet-secretary

say "10 May: the draft"
on 2016-05-10 so-defence draft --file demo/draft.docx --note "First draft"

say "18 May: circulated to four bodies; the Finance Division must be explained first"
ask() { # DAY ARG...
    day=$1
    shift
    on "$day" secretary-defence circulate --asks "Views on the draft, provision by provision" \
        --due 2016-06-10 --to foreign-affairs="foreign policy and treaty practice" \
        --to interior="internal security and visiting personnel" \
        --to defence-production="arms and technology transfers" \
        --to joint-staff="military requirements" "$@"
}
refused ask 2016-05-18
on 2016-05-18 secretary-defence not-consulted --body finance \
    --because "the agreement binds no money; each implementing arrangement will be referred"
ask 2016-05-18
for b in foreign-affairs interior defence-production joint-staff; do
    on 2016-05-19 registry-defence delivered -q --body "$b" --receipt "by messenger"
done

say "June: the returns, by e-mail, by courier, and from an office that logs in"
# Each office worked on its own copy; Interior sent back a file of its own, without copy number.
made_on() { # PAPER RETURN
    PARAPH_TOKEN=$(cat "$store.tokens/so-defence") "$paraph" paper "$1" --dossier "$dossier" \
        -o "$store.tokens/copy.docx"
    "$paraph" mark "demo/returns/$2.docx" --like "$store.tokens/copy.docx" -o "$store.tokens/$2.docx"
}
made_on 2 foreign-affairs
made_on 4 defence-production
made_on 5 joint-staff-headquarters
on 2016-06-06 registry-defence receive --body foreign-affairs --by courier \
    --officer secretary-foreign --file "$store.tokens/foreign-affairs.docx"
on 2016-06-08 registry-defence receive --body interior --by email \
    --officer secretary-interior --file demo/returns/interior.docx
on 2016-06-09 registry-defence receive --body defence-production --by courier \
    --officer secretary-production --file "$store.tokens/defence-production.docx"
on 2016-06-10 director-jshq issue-view --body joint-staff \
    --file "$store.tokens/joint-staff-headquarters.docx"
echo "What came back changed without a mark:"
show so-defence findings | json '
for f in d["findings"]:
    if f["is_silent"]: print("  %s, %s: %s -> %s" % (f["body"], f["place"], f["before"][:60], f["after"][:60]))'

say "13 June: one proven redline; every change and comment is an item"
on 2016-06-13 so-defence consolidate
refused on 2016-06-14 so-defence incorporate
on 2016-06-14 so-defence dispose --item "office:Ministry of Foreign Affairs" --disposition accepted
on 2016-06-14 so-defence dispose --item rest --disposition rejected \
    --reason "kept for the negotiation; the delegation will be briefed"
refused on 2016-06-15 so-defence confirm --item all
on 2016-06-15 ds-defence confirm --item all
on 2016-06-16 so-defence incorporate --note "With what was accepted"

say "20 June: each body clears the provisions that concern it"
echo "To be asked again:"
show so-defence clearances | json '
for b, l in d["ask_again"].items(): print("  %s: %d provisions" % (b, len(l)))'
on 2016-06-17 secretary-defence circulate --stale \
    --asks "Clearance of the text as it now stands" --due 2016-06-24 \
    --to foreign-affairs="foreign policy" --to interior="internal security" \
    --to defence-production="arms and technology" --to joint-staff="military requirements"
printf 'Cleared.\n' >"$store.tokens/letter.txt"
for pair in foreign-affairs:secretary-foreign interior:secretary-interior \
    defence-production:secretary-production; do
    on 2016-06-22 registry-defence clear --body "${pair%%:*}" --officer "${pair##*:}" \
        --letter "$store.tokens/letter.txt"
done
on 2016-06-23 director-jshq clear --body joint-staff

say "27 June: vetted by the Law and Justice Division, bound to the text it was shown"
on 2016-06-27 so-defence present
refused on 2016-06-30 so-defence vet --memo demo/README.md
on 2016-06-30 draftsman vet --memo demo/README.md

say "4 July: the Summary, two pages at most"
summary() {
    on 2016-07-04 so-defence compose-summary \
        --part background="In 2015 the relationship was raised to an all-weather strategic cooperative partnership. An attempt of 2011 at a framework agreement was not pursued." \
        --part facts="The draft states principles, provides for cooperation in diversified fields, arms and technology transfers among them, and leaves money to implementing arrangements." \
        --point "Whether negotiations on the draft agreement may be initiated." "$@"
}
refused summary
summary --part recommendation="The Minister recommends that negotiations be initiated on the basis of the draft."
on 2016-07-04 secretary-defence sign-summary
on 2016-07-04 minister-defence approve-summary
refused on 2016-07-05 secretary-defence lodge --meeting 2016-07-12
on 2016-07-05 secretary-defence lodge --meeting 2016-07-15

say "8 July: found complete; circulated; 15 July: decided"
refused on 2016-07-15 cabinet-secretary decide --outcome approve --scope negotiate --text "Approved"
on 2016-07-08 cabinet-secretary accept-complete --received 2016-07-05
on 2016-07-08 cabinet-secretary circulate-to-cabinet --mode meeting
refused on 2016-07-15 cabinet-secretary decide --outcome approve --scope conclude --text "Approved"
on 2016-07-15 cabinet-secretary decide --outcome approve --scope negotiate \
    --text "The Cabinet approved the initiation of negotiations on the draft agreement."

say "The record"
"$paraph" record verify "$store"
"$paraph" record replay "$store"
rm -rf "$store.tokens"
