"""Putting a decided reminder into words: a person's, the client's template, ours, or a model's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from connector import audit
from connector.decided import edits
from connector.decided.edits import Edit
from connector.deps import Deps
from connector.outgoing.intents import Intent
from connector.wording import language
from connector.wording.drafting import Matter, said_now
from dunning.customer.account import Account
from dunning.deciding.decision import Send
from dunning.letter.letters import Letter, Letterhead, compose, drafted, laid_out, own_template
from dunning.own_words import editing, rewording
from dunning.own_words.editing import Wording
from dunning.rules.policy import DunningPolicy

ANSWER_CHARACTERS_MAX = 4_000


def write(
    deps: Deps,
    intent: Intent,
    account: Account,
    step: Send,
    policy: DunningPolicy,
    *,
    letterhead: Letterhead,
    pay_links: Mapping[str, str],
    account_link: str = "",
) -> Letter:
    """The letter of an intent. Raises MissingData where the client's template lacks something, and
    Outdated where a person edited the letter and it would say something else by now.

    Where the client asked for it and the installation has a language model, our words are put
    differently; whatever goes wrong with that, ours are used.
    """
    with deps.reading() as tx:
        edit = edits.of_decision(tx, intent.connection_id, intent.decision_id)
    if edit:
        matter = Matter(account, step, policy, letterhead)
        said = _said(deps, intent, matter, edit)
        return laid_out(editing.edited(matter.draft(pay_links, account_link), said))
    _, rules = policy.applying_to(account, step.on)
    config = deps.config
    wanted = rules.reword and language.is_there(config)
    if not wanted or own_template(account, step, policy) is not None:
        return compose(account, step, policy, letterhead, pay_links, account_link=account_link)
    draft = drafted(account, step, policy, letterhead, pay_links, account_link=account_link)
    asked = rewording.masked(draft)
    told = rewording.instructions(draft.language)
    answer, why_not = language.ask(deps, intent.connection_id, told, asked.question())
    answered = rewording.read(answer)
    objections: tuple[str, ...] = (why_not,)
    if not why_not:
        objections = (
            ("no list of paragraphs",)
            if answered is None
            else rewording.objections(asked, answered, draft.language)
        )
    with deps.writing() as tx:
        audit.add(
            tx, intent.connection_id, at=deps.now(), actor=config.language_model,
            event="letter.reworded", about=intent.subject, decision_id=intent.decision_id,
            used=not objections, objections=list(objections),
            answer=answer[:ANSWER_CHARACTERS_MAX], tokens=json.dumps(asked.tokens),
        )  # fmt: skip
    if objections or answered is None:
        return laid_out(draft)
    return laid_out(rewording.reworded(draft, asked, answered))


def _said(deps: Deps, intent: Intent, matter: Matter, edit: Edit) -> Wording:
    """What a person wrote, as it is said today; the audit log has the difference. Raises
    Outdated."""
    said = said_now(matter, edit)
    if said != edit.edited:
        with deps.writing() as tx:
            audit.add(
                tx, intent.connection_id, at=deps.now(), actor="ledgerhand",
                event="letter.recounted", about=intent.subject, decision_id=intent.decision_id,
                difference=editing.difference(edit.edited, said),
            )  # fmt: skip
    return said
