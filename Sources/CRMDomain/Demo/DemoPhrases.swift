/// What people write in the demo book. `{company}`, `{first}`, `{product}` and `{site}` are filled in by `BookWriter`.
enum DemoPhrases {
  /// Job title | department.
  static let positions = DemoRow.rows(
    """
    Plant Manager | Production
    Head of Maintenance | Maintenance
    Maintenance Planner | Maintenance
    Chief Operating Officer | Management
    Managing Director | Management
    Automation Engineer | Engineering
    Process Engineer | Engineering
    Director of Engineering | Engineering
    Production Supervisor | Production
    Quality Manager | Quality
    Head of Procurement | Purchasing
    Buyer, Capital Equipment | Purchasing
    IT/OT Security Lead | IT
    Director of Digital Transformation | IT
    Energy Manager | Facilities
    CFO | Finance
    Continuous Improvement Lead | Production
    Validation Specialist | Quality
    Founder | Management
    Vice President, Manufacturing Operations EMEA | Management
    """)

  /// What Corvane sells | a usual price in whole units of a currency | how a deal describes it.
  static let products = DemoRow.rows(
    """
    line monitoring | 32000 | Cycle times, stops and scrap from every machine of the line, on a screen by the line.
    predictive maintenance pilot | 18000 | Forty vibration sensors on the worst actors, twelve weeks, success agreed beforehand.
    batch records | 74000 | Paper batch records replaced; electronic signatures; validation package included.
    SCADA migration | 110000 | The old control room system moved over in two shutdowns, screens redrawn with operators.
    energy dashboard | 22000 | Metering of compressed air, steam and power by line and by shift.
    sensor retrofit | 41000 | Current, temperature and pressure on machines too old to have a bus.
    service contract | 16000 | Remote support in two hours, spare gateways on site, two visits a year.
    operator training | 6500 | Three days on site for two shifts, with material in the local language.
    spare parts planning | 28000 | Stock levels from failure rates rather than from habit.
    shop floor tablets | 24000 | Work instructions and checklists on forty rugged tablets.
    """)

  static let leadNotes = [
    "Two plants, one buyer. Budget year starts in April.",
    "Runs a competitor's system on three lines; contract ends in the spring.",
    "Was at our talk on unplanned stops and asked about {product}.",
    "Prefers e-mail. Travels Mondays and Tuesdays.",
    "Needs a reference in the same industry before talking to the board.",
    "IT wants everything on premises, no cloud.",
    "Union must agree to anything that looks at individual operators.",
    "Line 4 stops for six hours a week and nobody knows why. That is the story to sell on.",
    "Gets three offers for anything above 25k.\nThe second offer is always the cheapest, and never wins.",
    "New plant planned at {site}; decision on equipment in the second quarter.",
  ]

  static let lostReasons = [
    "Price", "Chose a competitor", "No budget this year", "No decision", "Built it in-house", "Project cancelled",
  ]

  /// Outcome | subject | body | `deal` if it only happens once there is a deal.
  static let calls = DemoRow.rows(
    """
    reached | First call with {first} | Interested in {product}. Two lines to begin with, more if it pays for itself in a year. |
    reached | Went through the numbers for {product} | Stops cost them about 4,000 an hour. Payback under nine months even if we only halve them. |
    reached | Asked how the trial is going | Operators like the screen by the line. Maintenance wants alarms by text message as well. | deal
    reached | Talked about timing | Next shutdown is in six weeks. If we miss it, the one after is in the autumn. | deal
    reached | Questions about security | Wants to know what leaves the plant network. Promised the data sheet and a call with our engineer. |
    reached | Price too high for one line | Agreed to look at three lines together, with training in the price. | deal
    voicemail | Left a voicemail | Said I would try again on Thursday morning. |
    no answer | No answer | Rang twice. The switchboard at {company} says mornings are best. |
    call back | Bad moment, call back | In the middle of a shutdown. Asked me to ring next week. |
    wrong person | Passed on to a colleague | Not the right person for {product}; gave me the name of the head of maintenance. |
    """)

  static let emails = DemoRow.rows(
    """
    sent | Brochure and price list sent | As promised on the phone: {product}, with two customers in a similar trade. |
    sent | Thank you for the visit | Minutes, the three open questions, and dates for the follow-up. |
    replied | Re: {product} | "We have looked at it with production and would like to see it running somewhere. Is {site} possible?" |
    replied | Re: a few technical questions | Works with their controllers. Only the oldest press needs a gateway of its own. |
    sent | Quotation sent | Valid for sixty days. Options for a second line and for service listed apart. | deal
    no reply | Reminder | Second reminder about the quotation. If nothing comes by Friday I shall ring. | deal
    sent | Case study sent | The one about compressed air, since energy is what they talk about. |
    replied | Re: contract draft | Legal wants a cap on liability and our insurance certificate. Forwarded to Grace. | deal
    """)

  static let meetings = DemoRow.rows(
    """
    held | Plant tour at {site} | Saw all four lines. The filler is the bottleneck; everything else waits for it. Took pictures of the cabinets. |
    held | Demonstration of {product} | Six people in the room, including the plant manager. The live view from our own workshop went down well. |
    held | Workshop with maintenance | Ranked the failures of the past year together: bearings, then the palletiser, then "operator error". |
    held | Price talk | They ask for 12 %, I offered 5 % for an order this quarter. Decision after their board meeting. | deal
    held | Kick-off | Roles, dates, network access. First gateway goes in two weeks from now. | deal
    moved | Meeting moved | Their buyer is ill. New date to follow. |
    held | Quarterly review | Availability up from 71 to 78 %. They would speak to another customer about it. | deal
    """)

  static let notes = DemoRow.rows(
    """
    | Who decides | The plant manager signs up to 50k; above that it goes to the group's head office. |
    | Competition | A rival showed them something similar in the spring. They found it "pretty but slow". |
    | Budget | Money is set aside in the coming year's plan under maintenance, not under IT. |
    | Heard at the expo | Came by the stand twice and took {product} material for a colleague. |
    | Parking and safety shoes | Gate 3, show a passport, safety shoes are lent. Allow twenty minutes. |
    | Org chart | {first} reports to the technical director, who came from a customer of ours. |
    | Language | Prefers documents in the local language; English on the phone is fine. |
    """)

  /// Kind of task | title.
  static let tasks = DemoRow.rows(
    """
    call | Call {first} about {product}
    call | Ring {company} after their board meeting
    follow_up | Ask {first} whether the quotation arrived
    follow_up | Follow up on the plant tour
    email | Send {first} the security data sheet
    email | Send case study to {company}
    meeting | Agree a date for the workshop at {company}
    meeting | Prepare the price talk with {company}
    proposal | Write the proposal: {product} for {company}
    proposal | Revise the quotation for {company}, three lines
    demo | Demonstrate {product} to {company}
    demo | Book the demo rig for {company}
    other | Get the signed confidentiality agreement from {company}
    """)

  static let houseTasks = DemoRow.rows(
    """
    other | File travel expenses
    meeting | Pipeline review with Grace
    other | Order brochures for the expo
    email | Send the monthly forecast
    """)
}
