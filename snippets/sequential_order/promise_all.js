// --8<-- [start:tasks]
const sendEmail = () => new Promise((done) => setTimeout(done, 5000));
const sendSms = () => new Promise((done) => setTimeout(done, 3000));
const sendPush = () => new Promise((done) => setTimeout(done, 2000));
// --8<-- [end:tasks]

// --8<-- [start:all]
await Promise.all([sendEmail(), sendSms(), sendPush()]);
// --8<-- [end:all]
console.log("all sent");
