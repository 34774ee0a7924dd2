<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>kpdesk is an independent app. It is not made or endorsed by any health plan. Names of health plans belong to their owners.</source>
        <translation>kpdesk es una aplicación independiente. Ningún plan de salud la hizo ni la respalda. Los nombres de los planes de salud pertenecen a sus dueños.</translation>
    </message>
    <message>
        <source>kpdesk is free software under the Apache License 2.0. It contains:</source>
        <translation>kpdesk es software libre con la licencia Apache 2.0. Contiene:</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>About kpdesk</source>
        <translation>Acerca de kpdesk</translation>
    </message>
</context>
<context>
    <name>AppointmentRow</name>
    <message>
        <source>Join</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
    <message>
        <source>Close this message: {title}</source>
        <extracomment>Said of the button that closes a message; {title} is its first sentence</extracomment>
        <translation>Cerrar este mensaje: {title}</translation>
    </message>
</context>
<context>
    <name>CallCards</name>
    <message>
        <source>Leaving the visit</source>
        <translation>Saliendo de la consulta</translation>
    </message>
    <message>
        <source>We are connecting picture and sound.</source>
        <translation>Estamos conectando la imagen y el sonido.</translation>
    </message>
    <message>
        <source>This takes longer than usual. You can wait, or leave and join again.</source>
        <translation>Está tardando más de lo normal. Puede esperar, o salir y volver a entrar.</translation>
    </message>
    <message>
        <source>{doctor} is ready for you</source>
        <translation>{doctor} está listo para atenderle</translation>
    </message>
    <message>
        <source>The connection was lost. Stay here, you keep your place.</source>
        <translation>Se perdió la conexión. Quédese aquí; usted conserva su lugar.</translation>
    </message>
    <message>
        <source>We keep trying. Check that this computer is on the internet, or call {phone}.</source>
        <translation>Seguimos intentando. Revise que esta computadora tenga Internet o llame al {phone}.</translation>
    </message>
    <message>
        <source>For {time}</source>
        <extracomment>Under &quot;Connecting you again&quot;; {time} counts up, for example 0:12
----------
How long the doctor has been away; {time} counts up, for example 0:12</extracomment>
        <translation>Desde hace {time}</translation>
    </message>
    <message>
        <source>Connecting you again</source>
        <translation>Conectándole de nuevo</translation>
    </message>
    <message>
        <source>{doctor} stepped away</source>
        <translation>{doctor} salió un momento</translation>
    </message>
    <message>
        <source>Stay here. The visit goes on by itself when they are back.</source>
        <translation>Quédese aquí. La consulta seguirá por sí sola cuando regrese.</translation>
    </message>
    <message>
        <source>{doctor} has the camera off</source>
        <translation>{doctor} tiene la cámara apagada</translation>
    </message>
    <message>
        <source>You can hear each other.</source>
        <translation>Pueden oírse.</translation>
    </message>
    <message>
        <source>The picture is on its way</source>
        <translation>La imagen está por llegar</translation>
    </message>
    <message>
        <source>The visit service is not reachable. You can go on talking.</source>
        <translation>No hay conexión con el servicio de consultas. Pueden seguir hablando.</translation>
    </message>
    <message>
        <source>{doctor} has the microphone off</source>
        <translation>{doctor} tiene el micrófono apagado</translation>
    </message>
    <message>
        <source>Show me</source>
        <extracomment>Button of a note about a camera, microphone or speaker that does not work</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Turn on</source>
        <extracomment>Button: turn the microphone on</extracomment>
        <translation>Encender</translation>
    </message>
    <message>
        <source>Your microphone is off. {doctor} cannot hear you.</source>
        <translation>Su micrófono está apagado. {doctor} no puede oírle.</translation>
    </message>
    <message>
        <source>Turn the microphone on</source>
        <translation>Encender el micrófono</translation>
    </message>
    <message>
        <source>Turn the microphone off</source>
        <translation>Apagar el micrófono</translation>
    </message>
    <message>
        <source>Turn the camera on</source>
        <translation>Encender la cámara</translation>
    </message>
    <message>
        <source>Turn the camera off</source>
        <translation>Apagar la cámara</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Chat, unread messages: {count}</source>
        <extracomment>For screen readers</extracomment>
        <translation>Mensajes, sin leer: {count}</translation>
    </message>
    <message>
        <source>More</source>
        <extracomment>Button of the call&apos;s bar: opens a menu with devices, volume, full screen, keyboard help</extracomment>
        <translation>Más</translation>
    </message>
    <message>
        <source>Devices, volume, full screen, keys</source>
        <translation>Dispositivos, volumen, pantalla completa, teclas</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Leave the visit</source>
        <translation>Salir de la consulta</translation>
    </message>
</context>
<context>
    <name>CallHost</name>
    <message>
        <source>Video visit</source>
        <translation>Consulta por video</translation>
    </message>
</context>
<context>
    <name>CallKeys</name>
    <message>
        <source>Microphone on or off</source>
        <translation>Encender o apagar el micrófono</translation>
    </message>
    <message>
        <source>Camera on or off</source>
        <translation>Encender o apagar la cámara</translation>
    </message>
    <message>
        <source>Open or close the chat</source>
        <translation>Abrir o cerrar los mensajes</translation>
    </message>
    <message>
        <source>Choose camera, microphone and speaker</source>
        <translation>Elegir cámara, micrófono y bocina</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>Más volumen</translation>
    </message>
    <message>
        <source>Quieter</source>
        <translation>Menos volumen</translation>
    </message>
    <message>
        <source>Show or hide your own picture</source>
        <extracomment>The small picture of the patient in a corner of the call window</extracomment>
        <translation>Mostrar u ocultar su propia imagen</translation>
    </message>
    <message>
        <source>Move your own picture to another corner, when it is selected</source>
        <translation>Mover su propia imagen a otra esquina, cuando está seleccionada</translation>
    </message>
    <message>
        <source>Full screen on or off</source>
        <translation>Entrar o salir de pantalla completa</translation>
    </message>
    <message>
        <source>Leave full screen, or close what is open at the side</source>
        <translation>Salir de pantalla completa, o cerrar lo que está abierto al lado</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>Esta lista</translation>
    </message>
    <message>
        <source>Leave the visit</source>
        <translation>Salir de la consulta</translation>
    </message>
</context>
<context>
    <name>CallPage</name>
    <message>
        <source>Devices and volume</source>
        <extracomment>Menu: choose camera, microphone, speaker and volume</extracomment>
        <translation>Dispositivos y volumen</translation>
    </message>
    <message>
        <source>Hide my picture</source>
        <translation>Ocultar mi imagen</translation>
    </message>
    <message>
        <source>Show my picture</source>
        <translation>Mostrar mi imagen</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Salir de pantalla completa</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Pantalla completa</translation>
    </message>
    <message>
        <source>Keyboard help</source>
        <translation>Ayuda del teclado</translation>
    </message>
    <message>
        <source>You</source>
        <extracomment>Under the patient&apos;s own small picture</extracomment>
        <translation>Usted</translation>
    </message>
    <message>
        <source>Camera off</source>
        <translation>Cámara apagada</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Sin cámara</translation>
    </message>
    <message>
        <source>Your own picture. Move it with the arrow keys.</source>
        <translation>Su propia imagen. Muévala con las flechas del teclado.</translation>
    </message>
    <message>
        <source>Chat</source>
        <extracomment>Headings of the panel at the side of the call</extracomment>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Controls of the visit</source>
        <translation>Controles de la consulta</translation>
    </message>
    <message>
        <source>Picture of your doctor</source>
        <translation>Imagen de su médico</translation>
    </message>
</context>
<context>
    <name>CallWords</name>
    <message>
        <source>Your doctor</source>
        <extracomment>Stands for the doctor&apos;s name at the start of a sentence. Spanish: Su médico</extracomment>
        <translation>Su médico</translation>
    </message>
    <message>
        <source>Good connection</source>
        <translation>Buena conexión</translation>
    </message>
    <message>
        <source>Weak connection</source>
        <translation>Conexión débil</translation>
    </message>
    <message>
        <source>Poor connection</source>
        <translation>Mala conexión</translation>
    </message>
    <message>
        <source>We hear you</source>
        <extracomment>Beside the microphone&apos;s level while somebody speaks. Spanish: Le oímos</extracomment>
        <translation>Le oímos</translation>
    </message>
    <message>
        <source>It is quiet</source>
        <extracomment>Beside the microphone&apos;s level: there is no voice. Spanish: No se oye nada</extracomment>
        <translation>Hay silencio</translation>
    </message>
    <message>
        <source>Muted</source>
        <extracomment>The patient turned the microphone off. Spanish: Micrófono apagado</extracomment>
        <translation>Apagado</translation>
    </message>
    <message>
        <source>No microphone</source>
        <extracomment>There is no microphone that works. Spanish: Sin micrófono</extracomment>
        <translation>Sin micrófono</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micrófono</translation>
    </message>
    <message>
        <source>Speaker</source>
        <extracomment>The loudspeaker. Spanish: Bocina</extracomment>
        <translation>Bocina</translation>
    </message>
    <message>
        <source>Microphone off</source>
        <translation>Micrófono apagado</translation>
    </message>
    <message>
        <source>Microphone on</source>
        <translation>Micrófono encendido</translation>
    </message>
    <message>
        <source>Camera off</source>
        <translation>Cámara apagada</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Sin cámara</translation>
    </message>
    <message>
        <source>Camera on</source>
        <translation>Cámara encendida</translation>
    </message>
    <message>
        <source>You are in the waiting room.</source>
        <translation>Usted está en la sala de espera.</translation>
    </message>
    <message>
        <source>{doctor} has been told that you are here.</source>
        <translation>{doctor} ya sabe que usted está aquí.</translation>
    </message>
    <message>
        <source>{doctor} is running late.</source>
        <translation>{doctor} va a llegar tarde.</translation>
    </message>
    <message>
        <source>{doctor} is ready for you. The visit begins.</source>
        <translation>{doctor} está listo para atenderle. Empieza la consulta.</translation>
    </message>
    <message>
        <source>You are connected with {doctor}.</source>
        <translation>Ya está en conexión con {doctor}.</translation>
    </message>
    <message>
        <source>The connection was lost. We are connecting you again.</source>
        <translation>Se perdió la conexión. Le estamos conectando de nuevo.</translation>
    </message>
    <message>
        <source>You are connected again.</source>
        <translation>Ya tiene conexión de nuevo.</translation>
    </message>
    <message>
        <source>{doctor} stepped away. Stay here.</source>
        <translation>{doctor} salió un momento. Quédese aquí.</translation>
    </message>
    <message>
        <source>You are back in the waiting room.</source>
        <translation>Está de nuevo en la sala de espera.</translation>
    </message>
    <message>
        <source>We have lost the visit service. We are trying again.</source>
        <translation>Perdimos el servicio de consultas. Estamos intentando de nuevo.</translation>
    </message>
    <message>
        <source>The visit service is back.</source>
        <translation>Volvió el servicio de consultas.</translation>
    </message>
    <message>
        <source>Your microphone is on.</source>
        <translation>Su micrófono está encendido.</translation>
    </message>
    <message>
        <source>Your microphone is off.</source>
        <translation>Su micrófono está apagado.</translation>
    </message>
    <message>
        <source>Your camera is on.</source>
        <translation>Su cámara está encendida.</translation>
    </message>
    <message>
        <source>Your camera is off.</source>
        <translation>Su cámara está apagada.</translation>
    </message>
    <message>
        <source>{doctor} turned the microphone on.</source>
        <translation>{doctor} encendió el micrófono.</translation>
    </message>
    <message>
        <source>{doctor} turned the microphone off.</source>
        <translation>{doctor} apagó el micrófono.</translation>
    </message>
    <message>
        <source>{doctor} turned the camera on.</source>
        <translation>{doctor} encendió la cámara.</translation>
    </message>
    <message>
        <source>{doctor} turned the camera off.</source>
        <translation>{doctor} apagó la cámara.</translation>
    </message>
    <message>
        <source>New message from {doctor}.</source>
        <translation>Mensaje nuevo de {doctor}.</translation>
    </message>
    <message>
        <source>A device does not work. The screen says what to do.</source>
        <translation>Un dispositivo no funciona. La pantalla dice qué hacer.</translation>
    </message>
    <message>
        <source>The visit has ended.</source>
        <translation>La consulta terminó.</translation>
    </message>
    <message>
        <source>You left the visit</source>
        <translation>Usted salió de la consulta</translation>
    </message>
    <message>
        <source>Your visit has ended</source>
        <translation>Su consulta terminó</translation>
    </message>
    <message>
        <source>The practice cancelled this visit</source>
        <translation>El consultorio canceló esta consulta</translation>
    </message>
    <message>
        <source>Your visit has a new time</source>
        <translation>Su consulta tiene un nuevo horario</translation>
    </message>
    <message>
        <source>The time for this visit is over</source>
        <translation>Ya pasó la hora de esta consulta</translation>
    </message>
    <message>
        <source>You joined on another device</source>
        <translation>Usted entró en otro dispositivo</translation>
    </message>
    <message>
        <source>You cannot join this visit now</source>
        <translation>No puede entrar a esta consulta ahora</translation>
    </message>
    <message>
        <source>The connection to {doctor} was lost</source>
        <translation>Se perdió la conexión con {doctor}</translation>
    </message>
</context>
<context>
    <name>ChatPanel</name>
    <message>
        <source>You</source>
        <extracomment>Heads the patient&apos;s own lines in the chat</extracomment>
        <translation>Usted</translation>
    </message>
    <message>
        <source>{count} characters too long</source>
        <extracomment>{count} characters have to go before the message can be sent</extracomment>
        <translation>Sobran {count} caracteres</translation>
    </message>
    <message>
        <source>{count} characters left</source>
        <translation>Quedan {count} caracteres</translation>
    </message>
    <message>
        <source>Write to your doctor. Messages are gone when the visit ends.</source>
        <translation>Escriba a su médico. Los mensajes se borran cuando termina la consulta.</translation>
    </message>
    <message>
        <source>Write a message</source>
        <extracomment>Inside the empty field of the chat</extracomment>
        <translation>Escriba un mensaje</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
</context>
<context>
    <name>DetailsPage</name>
    <message>
        <source>Back to appointments</source>
        <translation>Volver a las citas</translation>
    </message>
    <message>
        <source>Appointment details</source>
        <translation>Detalles de la cita</translation>
    </message>
    <message>
        <source>Join now</source>
        <extracomment>Button on the page of one appointment: enter the visit</extracomment>
        <translation>Entrar ahora</translation>
    </message>
    <message>
        <source>This appointment was cancelled</source>
        <translation>Esta cita fue cancelada</translation>
    </message>
    <message>
        <source>This appointment was missed</source>
        <translation>Usted faltó a esta cita</translation>
    </message>
    <message>
        <source>It was on {when}.</source>
        <translation>Era el {when}.</translation>
    </message>
    <message>
        <source>This appointment has a new time</source>
        <translation>Esta cita tiene un nuevo horario</translation>
    </message>
    <message>
        <source>Join about {minutes} early.</source>
        <translation>Entre unos {minutes} antes.</translation>
    </message>
</context>
<context>
    <name>DevicePicker</name>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
</context>
<context>
    <name>EndedPage</name>
    <message>
        <source>Rejoin</source>
        <translation>Volver a entrar</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>Need help? {help}</source>
        <translation>¿Necesita ayuda? {help}</translation>
    </message>
    <message>
        <source>For the help line: {code}</source>
        <extracomment>Stands small, for the help line; {code} is a technical name</extracomment>
        <translation>Para la línea de ayuda: {code}</translation>
    </message>
    <message>
        <source>You left the waiting room</source>
        <translation>Usted salió de la sala de espera</translation>
    </message>
    <message>
        <source>Look in your appointments for the next visit. For questions about your health, write to or call your doctor’s office.</source>
        <translation>Busque la próxima consulta en sus citas. Si tiene preguntas sobre su salud, escriba o llame al consultorio de su médico.</translation>
    </message>
    <message>
        <source>You do not need to do anything for this visit.</source>
        <translation>No tiene que hacer nada para esta consulta.</translation>
    </message>
    <message>
        <source>The practice will contact you, or you can make a new appointment.</source>
        <translation>El consultorio se comunicará con usted, o puede programar una nueva cita.</translation>
    </message>
    <message>
        <source>The visit can no longer be joined.</source>
        <translation>Ya no se puede entrar a la consulta.</translation>
    </message>
    <message>
        <source>If you did not see your doctor, the practice will contact you.</source>
        <translation>Si no vio a su médico, el consultorio se comunicará con usted.</translation>
    </message>
    <message>
        <source>The visit goes on there. This computer has left it.</source>
        <translation>La consulta sigue allí. Esta computadora salió de ella.</translation>
    </message>
    <message>
        <source>To come back to this computer, press Rejoin.</source>
        <translation>Para volver a esta computadora, presione Volver a entrar.</translation>
    </message>
    <message>
        <source>We could not bring it back.</source>
        <translation>No pudimos recuperarla.</translation>
    </message>
    <message>
        <source>It is still early</source>
        <translation>Todavía es temprano</translation>
    </message>
    <message>
        <source>The waiting room is open now.</source>
        <translation>La sala de espera ya está abierta.</translation>
    </message>
    <message>
        <source>You can enter the waiting room from {time}.</source>
        <extracomment>{time} is a time of day, for example 10:15 AM</extracomment>
        <translation>Puede entrar a la sala de espera a partir de esta hora: {time}.</translation>
    </message>
    <message>
        <source>Leave this window open: the button comes by itself.</source>
        <translation>Deje abierta esta ventana: el botón aparecerá por sí solo.</translation>
    </message>
    <message>
        <source>You find the new time in your appointments. You can join from there.</source>
        <translation>El nuevo horario está en sus citas. Puede entrar desde allí.</translation>
    </message>
    <message>
        <source>The practice moved your visit with {doctor}.</source>
        <translation>El consultorio cambió la hora de su consulta con {doctor}.</translation>
    </message>
    <message>
        <source>It is now on {when}.</source>
        <extracomment>{when} is a day and a time, for example Tuesday, December 1, 2:00 PM</extracomment>
        <translation>Ahora es el {when}.</translation>
    </message>
    <message>
        <source>You talked with {doctor} for {time}.</source>
        <extracomment>{time} is a length, for example 12:40 (minutes and seconds)</extracomment>
        <translation>Habló con {doctor} durante {time}.</translation>
    </message>
    <message>
        <source>If you still need your doctor, call the practice.</source>
        <translation>Si todavía necesita a su médico, llame al consultorio.</translation>
    </message>
    <message>
        <source>You can go back into the visit.</source>
        <translation>Puede volver a entrar a la consulta.</translation>
    </message>
    <message>
        <source>You can go back into the visit until {time}.</source>
        <translation>Puede volver a entrar a la consulta hasta esta hora: {time}.</translation>
    </message>
    <message>
        <source>What happens next</source>
        <translation>Qué sigue</translation>
    </message>
    <message>
        <source>Back to appointments</source>
        <translation>Volver a las citas</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>You can join from {time}.</source>
        <translation>Puede entrar a partir de esta hora: {time}.</translation>
    </message>
    <message>
        <source>You are not signed on</source>
        <translation>No ha iniciado sesión</translation>
    </message>
    <message>
        <source>Signing on was stopped before it was done.</source>
        <translation>El inicio de sesión se detuvo antes de terminar.</translation>
    </message>
    <message>
        <source>Choose Sign on when you are ready.</source>
        <translation>Elija Iniciar sesión cuando esté listo.</translation>
    </message>
    <message>
        <source>Signing on took too long</source>
        <translation>El inicio de sesión tardó demasiado</translation>
    </message>
    <message>
        <source>We stopped waiting for your browser.</source>
        <translation>Dejamos de esperar a su navegador.</translation>
    </message>
    <message>
        <source>Choose Sign on to open the page again.</source>
        <translation>Elija Iniciar sesión para abrir la página de nuevo.</translation>
    </message>
    <message>
        <source>You could not be signed on</source>
        <translation>No se pudo iniciar su sesión</translation>
    </message>
    <message>
        <source>Your health plan did not accept the sign-on.</source>
        <translation>Su plan de salud no aceptó el inicio de sesión.</translation>
    </message>
    <message>
        <source>Try again. If it happens again, call the help line.</source>
        <translation>Intente de nuevo. Si vuelve a pasar, llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Sign on again to go on</source>
        <translation>Inicie sesión de nuevo para seguir</translation>
    </message>
    <message>
        <source>To keep your information safe, you were signed out after some time.</source>
        <translation>Para proteger su información, su sesión se cerró después de un tiempo.</translation>
    </message>
    <message>
        <source>Choose Sign on. Your appointments are still there.</source>
        <translation>Elija Iniciar sesión. Sus citas siguen allí.</translation>
    </message>
    <message>
        <source>We stopped the sign-on to keep you safe</source>
        <translation>Detuvimos el inicio de sesión para protegerle</translation>
    </message>
    <message>
        <source>The answer from the sign-on page was not what we expected.</source>
        <translation>La respuesta de la página de inicio de sesión no fue la que esperábamos.</translation>
    </message>
    <message>
        <source>Try again on a network that you trust, or call the help line.</source>
        <translation>Intente de nuevo en una red de confianza, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Your browser did not open</source>
        <translation>Su navegador no se abrió</translation>
    </message>
    <message>
        <source>The sign-on page opens in your web browser.</source>
        <translation>La página de inicio de sesión se abre en su navegador.</translation>
    </message>
    <message>
        <source>Copy the address and open it in any browser on this computer.</source>
        <translation>Copie la dirección y ábrala en cualquier navegador de esta computadora.</translation>
    </message>
    <message>
        <source>kpdesk cannot work with this service</source>
        <translation>kpdesk no puede usar este servicio</translation>
    </message>
    <message>
        <source>The service of your health plan does not offer what kpdesk needs.</source>
        <translation>El servicio de su plan de salud no ofrece lo que kpdesk necesita.</translation>
    </message>
    <message>
        <source>Update kpdesk, or call the help line.</source>
        <translation>Actualice kpdesk, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>We cannot keep you signed on</source>
        <translation>No podemos mantener su sesión abierta</translation>
    </message>
    <message>
        <source>This computer has no safe place for your sign-on.</source>
        <translation>Esta computadora no tiene un lugar seguro para guardar su sesión.</translation>
    </message>
    <message>
        <source>You can go on. Next time you will sign on again.</source>
        <translation>Puede continuar. La próxima vez tendrá que iniciar sesión de nuevo.</translation>
    </message>
    <message>
        <source>Your keychain is locked</source>
        <translation>Su llavero está bloqueado</translation>
    </message>
    <message>
        <source>kpdesk keeps your sign-on in the keychain of this computer.</source>
        <translation>kpdesk guarda su sesión en el llavero de esta computadora.</translation>
    </message>
    <message>
        <source>Unlock it and try again, or sign on again.</source>
        <translation>Desbloquéelo e intente de nuevo, o inicie sesión otra vez.</translation>
    </message>
    <message>
        <source>This computer is not on the internet</source>
        <translation>Esta computadora no tiene Internet</translation>
    </message>
    <message>
        <source>We could not reach any page.</source>
        <translation>No pudimos llegar a ninguna página.</translation>
    </message>
    <message>
        <source>Check your Wi-Fi or network cable, then try again.</source>
        <translation>Revise su Wi-Fi o el cable de red e intente de nuevo.</translation>
    </message>
    <message>
        <source>We cannot reach the visit service</source>
        <translation>No podemos llegar al servicio de consultas</translation>
    </message>
    <message>
        <source>Your internet may be off, or something blocks the way.</source>
        <translation>Puede que no tenga Internet, o que algo bloquee el paso.</translation>
    </message>
    <message>
        <source>Check your internet connection, then try again.</source>
        <translation>Revise su conexión a Internet e intente de nuevo.</translation>
    </message>
    <message>
        <source>The visit service has a problem</source>
        <translation>El servicio de consultas tiene un problema</translation>
    </message>
    <message>
        <source>It is not your computer. We keep trying.</source>
        <translation>No es su computadora. Seguimos intentando.</translation>
    </message>
    <message>
        <source>Try again in a few minutes, or call the help line.</source>
        <translation>Intente de nuevo en unos minutos, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>The visit service does not answer</source>
        <translation>El servicio de consultas no responde</translation>
    </message>
    <message>
        <source>It took too long to get an answer.</source>
        <translation>La respuesta tardó demasiado.</translation>
    </message>
    <message>
        <source>The connection is not safe</source>
        <translation>La conexión no es segura</translation>
    </message>
    <message>
        <source>We could not make sure that we talk to your health plan.</source>
        <translation>No pudimos confirmar que hablamos con su plan de salud.</translation>
    </message>
    <message>
        <source>Check the date and time of this computer, or try another network. Then try again.</source>
        <translation>Revise la fecha y la hora de esta computadora, o pruebe otra red. Luego intente de nuevo.</translation>
    </message>
    <message>
        <source>The visit service is very busy</source>
        <translation>El servicio de consultas está muy ocupado</translation>
    </message>
    <message>
        <source>It asked us to wait a moment.</source>
        <translation>Nos pidió esperar un momento.</translation>
    </message>
    <message>
        <source>Try again in a minute.</source>
        <translation>Intente de nuevo en un minuto.</translation>
    </message>
    <message>
        <source>We lost the connection</source>
        <translation>Perdimos la conexión</translation>
    </message>
    <message>
        <source>The visit service did not come back.</source>
        <translation>El servicio de consultas no volvió.</translation>
    </message>
    <message>
        <source>Check your internet connection, then join again.</source>
        <translation>Revise su conexión a Internet y vuelva a entrar.</translation>
    </message>
    <message>
        <source>Picture and sound cannot get through</source>
        <translation>La imagen y el sonido no pueden pasar</translation>
    </message>
    <message>
        <source>Your network may block video calls.</source>
        <translation>Puede que su red bloquee las videollamadas.</translation>
    </message>
    <message>
        <source>Try another network, or turn off a VPN. Then join again.</source>
        <translation>Pruebe otra red, o apague la VPN. Luego vuelva a entrar.</translation>
    </message>
    <message>
        <source>We got an answer that we do not understand</source>
        <translation>Recibimos una respuesta que no entendemos</translation>
    </message>
    <message>
        <source>Something is wrong at the service, not on your computer.</source>
        <translation>Algo anda mal en el servicio, no en su computadora.</translation>
    </message>
    <message>
        <source>Try again later, or call the help line.</source>
        <translation>Intente más tarde, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>The answer was too large</source>
        <translation>La respuesta fue demasiado grande</translation>
    </message>
    <message>
        <source>The service sent more than we can take.</source>
        <translation>El servicio envió más de lo que podemos recibir.</translation>
    </message>
    <message>
        <source>It is too early to join</source>
        <translation>Es demasiado temprano para entrar</translation>
    </message>
    <message>
        <source>Your visit is not open yet.</source>
        <translation>Su consulta todavía no está abierta.</translation>
    </message>
    <message>
        <source>Come back a few minutes before your visit.</source>
        <translation>Regrese unos minutos antes de su consulta.</translation>
    </message>
    <message>
        <source>This visit is over</source>
        <translation>Esta consulta ya terminó</translation>
    </message>
    <message>
        <source>The time to join has passed.</source>
        <translation>Ya pasó la hora de entrar.</translation>
    </message>
    <message>
        <source>If you missed your doctor, call to get a new time.</source>
        <translation>Si no vio a su médico, llame para programar otra cita.</translation>
    </message>
    <message>
        <source>This visit was cancelled</source>
        <translation>Esta consulta fue cancelada</translation>
    </message>
    <message>
        <source>It will not take place.</source>
        <translation>No se llevará a cabo.</translation>
    </message>
    <message>
        <source>Look at your appointments, or call to get a new time.</source>
        <translation>Vea sus citas, o llame para programar otra.</translation>
    </message>
    <message>
        <source>This visit has a new time</source>
        <translation>Esta consulta tiene un nuevo horario</translation>
    </message>
    <message>
        <source>The practice moved it.</source>
        <translation>El consultorio la cambió.</translation>
    </message>
    <message>
        <source>Look at your appointments for the new time.</source>
        <translation>Vea el nuevo horario en sus citas.</translation>
    </message>
    <message>
        <source>This visit is not on your account</source>
        <translation>Esta consulta no está en su cuenta</translation>
    </message>
    <message>
        <source>You are signed on as somebody else.</source>
        <translation>Está abierta la sesión de otra persona.</translation>
    </message>
    <message>
        <source>Sign out, then sign on with the account that has this visit.</source>
        <translation>Cierre la sesión e iníciela con la cuenta que tiene esta consulta.</translation>
    </message>
    <message>
        <source>We cannot find this visit</source>
        <translation>No encontramos esta consulta</translation>
    </message>
    <message>
        <source>It may have been moved or cancelled.</source>
        <translation>Puede que la hayan cambiado o cancelado.</translation>
    </message>
    <message>
        <source>Look at your appointments, or call the help line.</source>
        <translation>Vea sus citas, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>This visit cannot be joined yet</source>
        <translation>Todavía no se puede entrar a esta consulta</translation>
    </message>
    <message>
        <source>The practice has not set up the video for it.</source>
        <translation>El consultorio aún no ha preparado el video.</translation>
    </message>
    <message>
        <source>You could not join</source>
        <translation>No pudo entrar</translation>
    </message>
    <message>
        <source>The visit service did not let you in.</source>
        <translation>El servicio de consultas no le dejó entrar.</translation>
    </message>
    <message>
        <source>You joined on another device</source>
        <translation>Usted entró en otro dispositivo</translation>
    </message>
    <message>
        <source>A visit can be open on one device at a time.</source>
        <translation>Una consulta puede estar abierta en un solo dispositivo a la vez.</translation>
    </message>
    <message>
        <source>Go on there, or join again here.</source>
        <translation>Siga allí, o vuelva a entrar aquí.</translation>
    </message>
    <message>
        <source>This visit was missed</source>
        <translation>Usted faltó a esta consulta</translation>
    </message>
    <message>
        <source>The practice closed it because nobody joined.</source>
        <translation>El consultorio la cerró porque nadie entró.</translation>
    </message>
    <message>
        <source>Call to get a new time.</source>
        <translation>Llame para programar otra cita.</translation>
    </message>
    <message>
        <source>Your doctor’s connection was lost</source>
        <translation>Se perdió la conexión de su médico</translation>
    </message>
    <message>
        <source>They did not come back to the visit.</source>
        <translation>Su médico no volvió a la consulta.</translation>
    </message>
    <message>
        <source>Join again to wait for them, or call the help line.</source>
        <translation>Vuelva a entrar para esperar, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>We can’t find a camera</source>
        <translation>No encontramos una cámara</translation>
    </message>
    <message>
        <source>No camera is connected to this computer.</source>
        <translation>No hay una cámara conectada a esta computadora.</translation>
    </message>
    <message>
        <source>Connect a camera, or go on with sound alone.</source>
        <translation>Conecte una cámara, o siga solo con sonido.</translation>
    </message>
    <message>
        <source>Your camera is off in the system settings</source>
        <translation>Su cámara está apagada en la configuración del sistema</translation>
    </message>
    <message>
        <source>This computer does not let kpdesk use the camera.</source>
        <translation>Esta computadora no permite que kpdesk use la cámara.</translation>
    </message>
    <message>
        <source>Open the privacy settings of this computer and allow the camera.</source>
        <translation>Abra la configuración de privacidad de esta computadora y permita la cámara.</translation>
    </message>
    <message>
        <source>Another program uses your camera</source>
        <translation>Otro programa usa su cámara</translation>
    </message>
    <message>
        <source>A camera can serve one program at a time.</source>
        <translation>Una cámara sirve a un solo programa a la vez.</translation>
    </message>
    <message>
        <source>Close other programs that use the camera, then turn it on again.</source>
        <translation>Cierre otros programas que usen la cámara y enciéndala de nuevo.</translation>
    </message>
    <message>
        <source>Your camera stopped working</source>
        <translation>Su cámara dejó de funcionar</translation>
    </message>
    <message>
        <source>It gives no picture.</source>
        <translation>No da imagen.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another camera.</source>
        <translation>Desconéctela y vuelva a conectarla, o elija otra cámara.</translation>
    </message>
    <message>
        <source>We can’t find a microphone</source>
        <translation>No encontramos un micrófono</translation>
    </message>
    <message>
        <source>No microphone is connected to this computer.</source>
        <translation>No hay un micrófono conectado a esta computadora.</translation>
    </message>
    <message>
        <source>Connect a headset or a microphone.</source>
        <translation>Conecte unos audífonos con micrófono o un micrófono.</translation>
    </message>
    <message>
        <source>Your microphone is off in the system settings</source>
        <translation>Su micrófono está apagado en la configuración del sistema</translation>
    </message>
    <message>
        <source>This computer does not let kpdesk use the microphone.</source>
        <translation>Esta computadora no permite que kpdesk use el micrófono.</translation>
    </message>
    <message>
        <source>Open the privacy settings of this computer and allow the microphone.</source>
        <translation>Abra la configuración de privacidad de esta computadora y permita el micrófono.</translation>
    </message>
    <message>
        <source>Another program uses your microphone</source>
        <translation>Otro programa usa su micrófono</translation>
    </message>
    <message>
        <source>It does not share it with kpdesk.</source>
        <translation>No lo comparte con kpdesk.</translation>
    </message>
    <message>
        <source>Close other programs that use the microphone, then turn it on again.</source>
        <translation>Cierre otros programas que usen el micrófono y enciéndalo de nuevo.</translation>
    </message>
    <message>
        <source>Your microphone stopped working</source>
        <translation>Su micrófono dejó de funcionar</translation>
    </message>
    <message>
        <source>It gives no sound.</source>
        <translation>No da sonido.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another microphone.</source>
        <translation>Desconéctelo y vuelva a conectarlo, o elija otro micrófono.</translation>
    </message>
    <message>
        <source>We can’t hear you</source>
        <translation>No le oímos</translation>
    </message>
    <message>
        <source>Your microphone is on, but it gives no sound.</source>
        <translation>Su micrófono está encendido, pero no da sonido.</translation>
    </message>
    <message>
        <source>Check its own switch, or choose another microphone.</source>
        <translation>Revise su interruptor, o elija otro micrófono.</translation>
    </message>
    <message>
        <source>We can’t find a speaker</source>
        <translation>No encontramos una bocina</translation>
    </message>
    <message>
        <source>No speaker is connected to this computer.</source>
        <translation>No hay una bocina conectada a esta computadora.</translation>
    </message>
    <message>
        <source>Connect speakers or a headset.</source>
        <translation>Conecte bocinas o audífonos.</translation>
    </message>
    <message>
        <source>Another program uses your speaker</source>
        <translation>Otro programa usa su bocina</translation>
    </message>
    <message>
        <source>Close other programs that play sound, or choose another speaker.</source>
        <translation>Cierre otros programas que usen sonido, o elija otra bocina.</translation>
    </message>
    <message>
        <source>Your speaker stopped working</source>
        <translation>Su bocina dejó de funcionar</translation>
    </message>
    <message>
        <source>You cannot hear your doctor.</source>
        <translation>Usted no puede oír a su médico.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another speaker.</source>
        <translation>Desconéctela y vuelva a conectarla, o elija otra bocina.</translation>
    </message>
    <message>
        <source>Some settings are back to normal</source>
        <translation>Algunos ajustes volvieron a lo normal</translation>
    </message>
    <message>
        <source>We could not read them, so we use the usual ones.</source>
        <translation>No pudimos leerlos, así que usamos los de siempre.</translation>
    </message>
    <message>
        <source>Check your settings when you have time.</source>
        <translation>Revise sus ajustes cuando tenga tiempo.</translation>
    </message>
    <message>
        <source>kpdesk is not set up correctly</source>
        <translation>kpdesk no está bien configurado</translation>
    </message>
    <message>
        <source>The file that describes your health plan cannot be used.</source>
        <translation>No se puede usar el archivo que describe su plan de salud.</translation>
    </message>
    <message>
        <source>Install kpdesk again, or call the help line.</source>
        <translation>Instale kpdesk de nuevo, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Something went wrong in kpdesk</source>
        <translation>Algo salió mal en kpdesk</translation>
    </message>
    <message>
        <source>It is not your fault. We wrote down what happened on this computer.</source>
        <translation>No es culpa suya. Anotamos lo que pasó en esta computadora.</translation>
    </message>
    <message>
        <source>Close kpdesk and open it again. If it happens again, call the help line.</source>
        <translation>Cierre kpdesk y ábralo de nuevo. Si vuelve a pasar, llame a la línea de ayuda.</translation>
    </message>
</context>
<context>
    <name>Formatting</name>
    <message>
        <source>ddd, MMM d</source>
        <extracomment>Date pattern of Qt: weekday, month, day, all short. Spanish: ddd d &apos;de&apos; MMM</extracomment>
        <translation>ddd d &apos;de&apos; MMM</translation>
    </message>
    <message>
        <source>dddd, MMMM d</source>
        <extracomment>Date pattern of Qt: weekday, month, day, all long. Spanish: dddd d &apos;de&apos; MMMM</extracomment>
        <translation>dddd d &apos;de&apos; MMMM</translation>
    </message>
    <message>
        <source>MMM d</source>
        <extracomment>Date pattern of Qt: month and day, short. Spanish: d &apos;de&apos; MMM</extracomment>
        <translation>d &apos;de&apos; MMM</translation>
    </message>
    <message>
        <source>{day} at {time}</source>
        <extracomment>A date and a time, for example &quot;Tuesday, December 1 at 2:00 PM&quot;</extracomment>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Mañana</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ayer</translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hours</source>
        <translation>
            <numerusform>%n hora</numerusform>
            <numerusform>%n horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week, for example &quot;Monday to Friday&quot;</extracomment>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{days}, {opens} to {closes}</source>
        <extracomment>Opening hours, for example &quot;Monday to Friday, 5 AM to 5 PM&quot;</extracomment>
        <translation>{days}, de {opens} a {closes}</translation>
    </message>
</context>
<context>
    <name>HelpBar</name>
    <message>
        <source>Need help? {phone}</source>
        <translation>¿Necesita ayuda? {phone}</translation>
    </message>
    <message>
        <source>Open now</source>
        <translation>Abierto ahora</translation>
    </message>
    <message>
        <source>Closed now</source>
        <translation>Cerrado ahora</translation>
    </message>
</context>
<context>
    <name>HelpPage</name>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Technical help by phone</source>
        <translation>Ayuda técnica por teléfono</translation>
    </message>
    <message>
        <source>Open now</source>
        <translation>Abierto ahora</translation>
    </message>
    <message>
        <source>Closed now</source>
        <translation>Cerrado ahora</translation>
    </message>
    <message>
        <source>1. Connect to a network</source>
        <translation>1. Conéctese a una red</translation>
    </message>
    <message>
        <source>Use strong Wi-Fi or a network cable. Sit near your Wi-Fi box if you can.</source>
        <translation>Use una conexión Wi-Fi fuerte o un cable de red. Siéntese cerca del aparato de Wi-Fi si puede.</translation>
    </message>
    <message>
        <source>2. Set up your computer</source>
        <translation>2. Prepare su computadora</translation>
    </message>
    <message>
        <source>You need a camera, a speaker and a microphone. Most laptops have all three.</source>
        <translation>Necesita cámara, bocina y micrófono. La mayoría de las computadoras portátiles tienen los tres.</translation>
    </message>
    <message>
        <source>3. Join your appointment</source>
        <translation>3. Entre a su cita</translation>
    </message>
    <message>
        <source>Choose Join about {minutes} early, and wait for your doctor to let you in.</source>
        <translation>Elija Entrar unos {minutes} antes, y espere a que su médico se una a la cita.</translation>
    </message>
    <message>
        <source>About video visits</source>
        <translation>Acerca de las consultas por video</translation>
    </message>
    <message>
        <source>Web site of {plan}</source>
        <translation>Sitio web de {plan}</translation>
    </message>
</context>
<context>
    <name>Home</name>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>In person</source>
        <translation>En persona</translation>
    </message>
    <message>
        <source>By phone</source>
        <translation>Por teléfono</translation>
    </message>
    <message>
        <source>Appointment</source>
        <translation>Cita</translation>
    </message>
    <message>
        <source>Time not set yet</source>
        <translation>Hora sin definir</translation>
    </message>
    <message>
        <source>No date yet</source>
        <translation>Sin fecha</translation>
    </message>
    <message>
        <source>your doctor</source>
        <translation>su médico</translation>
    </message>
    <message>
        <source>with {doctor}</source>
        <extracomment>{doctor} is a name such as &quot;Dr. Ana Reyes&quot;, or &quot;your doctor&quot;</extracomment>
        <translation>con {doctor}</translation>
    </message>
    <message>
        <source>Started {time} ago</source>
        <extracomment>{time} is for example &quot;5 minutes&quot;</extracomment>
        <translation>Empezó hace {time}</translation>
    </message>
    <message>
        <source>Starts now</source>
        <translation>Empieza ahora</translation>
    </message>
    <message>
        <source>Starts in {time}</source>
        <extracomment>{time} is for example &quot;12 minutes&quot;</extracomment>
        <translation>Empieza en {time}</translation>
    </message>
    <message>
        <source>You can join in {time}</source>
        <extracomment>{time} is for example &quot;12 minutes&quot;</extracomment>
        <translation>Puede entrar en {time}</translation>
    </message>
    <message>
        <source>You can join from {time}</source>
        <translation>Puede entrar a partir de: {time}</translation>
    </message>
    <message>
        <source>The practice has not set up the video yet</source>
        <translation>El consultorio aún no ha preparado el video</translation>
    </message>
    <message>
        <source>We cannot tell if this visit takes place. Call the help line.</source>
        <translation>No sabemos si esta consulta se llevará a cabo. Llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>You can join until {time}</source>
        <translation>Puede entrar hasta: {time}</translation>
    </message>
    <message>
        <source>Times are in the time zone of this computer: {zone}.</source>
        <extracomment>{zone} is for example &quot;Eastern Standard Time&quot;</extracomment>
        <translation>Las horas son las de esta computadora: {zone}.</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Cancelada</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Usted faltó</translation>
    </message>
    <message>
        <source>moved from {day}</source>
        <translation>antes: {day}</translation>
    </message>
    <message>
        <source>Your visit with {doctor} was cancelled.</source>
        <translation>Su consulta con {doctor} fue cancelada.</translation>
    </message>
    <message>
        <source>Your visit with {doctor} on {when} was cancelled.</source>
        <translation>Su consulta con {doctor} del {when} fue cancelada.</translation>
    </message>
    <message>
        <source>Your visit with {doctor} gets a new time.</source>
        <translation>Su consulta con {doctor} tendrá un nuevo horario.</translation>
    </message>
    <message>
        <source>Your visit with {doctor} has a new time: {when}.</source>
        <translation>Su consulta con {doctor} tiene un nuevo horario: {when}.</translation>
    </message>
    <message>
        <source>You can join your visit now.</source>
        <translation>Ya puede entrar a su cita.</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Join about {minutes} early.</source>
        <translation>Entre unos {minutes} antes.</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Próximas citas</translation>
    </message>
    <message>
        <source>Past</source>
        <translation>Anteriores</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Buscando…</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Actualizar</translation>
    </message>
    <message>
        <source>We cannot reach your appointments now</source>
        <translation>No podemos llegar a sus citas ahora</translation>
    </message>
    <message>
        <source>This is the list of {when}.</source>
        <translation>Esta es la lista de {when}.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>This takes longer than usual.</source>
        <translation>Está tardando más de lo normal.</translation>
    </message>
    <message>
        <source>Looking for your appointments</source>
        <translation>Buscando sus citas</translation>
    </message>
    <message>
        <source>Sign on</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>You have no upcoming video visit</source>
        <translation>No tiene próximas consultas por video</translation>
    </message>
    <message>
        <source>When you schedule one with your health plan, it shows up here.</source>
        <translation>Cuando programe una con su plan de salud, aparecerá aquí.</translation>
    </message>
    <message>
        <source>Nothing here from the past weeks.</source>
        <translation>No hay nada de las últimas semanas.</translation>
    </message>
    <message>
        <source>Nothing else is planned.</source>
        <translation>No hay nada más programado.</translation>
    </message>
</context>
<context>
    <name>LeaveDialog</name>
    <message>
        <source>Leave the waiting room?</source>
        <translation>¿Salir de la sala de espera?</translation>
    </message>
    <message>
        <source>Your doctor will no longer see that you are here.</source>
        <translation>Su médico ya no verá que usted está aquí.</translation>
    </message>
    <message>
        <source>Leave the visit?</source>
        <translation>¿Salir de la consulta?</translation>
    </message>
    <message>
        <source>Your doctor will see that you left.</source>
        <translation>Su médico verá que usted salió.</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Quedarme</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Salir</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>As this computer ({language})</source>
        <extracomment>First choice of the language menu; {language} is for example &quot;English&quot;</extracomment>
        <translation>Como esta computadora ({language})</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>As this computer</source>
        <translation>Como esta computadora</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clara</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscura</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <source>About kpdesk</source>
        <translation>Acerca de kpdesk</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Cerrar sesión</translation>
    </message>
</context>
<context>
    <name>NavBar</name>
    <message>
        <source>Menu</source>
        <translation>Menú</translation>
    </message>
    <message>
        <source>Check my computer</source>
        <translation>Revisar mi computadora</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Appointments</source>
        <translation>Centro de Citas</translation>
    </message>
    <message>
        <source>Language: {language}</source>
        <translation>Idioma: {language}</translation>
    </message>
    <message>
        <source>Account and settings: {name}</source>
        <translation>Cuenta y ajustes: {name}</translation>
    </message>
</context>
<context>
    <name>NextVisitCard</name>
    <message>
        <source>Your next video visit</source>
        <translation>Su próxima consulta por video</translation>
    </message>
    <message>
        <source>Join</source>
        <extracomment>Button: enter the visit</extracomment>
        <translation>Entrar a la cita</translation>
    </message>
    <message>
        <source>Appointment details</source>
        <translation>Detalles de la cita</translation>
    </message>
</context>
<context>
    <name>NoticeToast</name>
    <message>
        <source>For the help line: {code}</source>
        <extracomment>Stands small, for the help line; {code} is a technical name</extracomment>
        <translation>Para la línea de ayuda: {code}</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
</context>
<context>
    <name>QPlatformTheme</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>Copied</source>
        <translation>Copiada</translation>
    </message>
    <message>
        <source>See your doctor by video</source>
        <translation>Vea a su médico por video</translation>
    </message>
    <message>
        <source>kpdesk opens the video visits that you have with {plan}, on this computer.</source>
        <translation>kpdesk abre en esta computadora las consultas por video que usted tiene con {plan}.</translation>
    </message>
    <message>
        <source>Your next visit is on the first page. One button takes you in.</source>
        <translation>Su próxima consulta está en la primera página. Entra con un solo botón.</translation>
    </message>
    <message>
        <source>You sign on in your web browser. kpdesk never sees your password.</source>
        <translation>Usted inicia sesión en su navegador. kpdesk nunca ve su contraseña.</translation>
    </message>
    <message>
        <source>Register for an account</source>
        <translation>Registrarse</translation>
    </message>
    <message>
        <source>About video visits</source>
        <translation>Acerca de las consultas por video</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Open the page again</source>
        <translation>Abrir la página de nuevo</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copiar la dirección</translation>
    </message>
    <message>
        <source>Address of the sign-on page</source>
        <translation>Dirección de la página de inicio de sesión</translation>
    </message>
    <message>
        <source>Go on in your browser</source>
        <translation>Continúe en su navegador</translation>
    </message>
    <message>
        <source>We opened the sign-on page there. This window waits for you.</source>
        <translation>Allí abrimos la página de inicio de sesión. Esta ventana le espera.</translation>
    </message>
    <message>
        <source>Signing you on</source>
        <translation>Iniciando su sesión</translation>
    </message>
    <message>
        <source>This takes a few seconds.</source>
        <translation>Esto tarda unos segundos.</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>Preparando</translation>
    </message>
    <message>
        <source>We look if you are still signed on.</source>
        <translation>Revisamos si su sesión sigue abierta.</translation>
    </message>
    <message>
        <source>Sign on</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Use the account of your health plan.</source>
        <translation>Use la cuenta de su plan de salud.</translation>
    </message>
    <message>
        <source>This takes longer than usual.</source>
        <translation>Está tardando más de lo normal.</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Video visit</source>
        <translation>Consulta por video</translation>
    </message>
    <message>
        <source>Video visit, {time}</source>
        <extracomment>{time} is a time of day, for example 10:30 AM. Spanish: Consulta por video, {time}</extracomment>
        <translation>Consulta por video, {time}</translation>
    </message>
    <message>
        <source>Your camera is off</source>
        <translation>Su cámara está apagada</translation>
    </message>
    <message>
        <source>There is no picture from your camera</source>
        <translation>No hay imagen de su cámara</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Waiting for</source>
        <translation>Espera</translation>
    </message>
    <message>
        <source>Good to have at hand</source>
        <translation>Tenga a la mano</translation>
    </message>
    <message>
        <source>Your medicines, a pen, and your questions.</source>
        <translation>Sus medicinas, una pluma y sus preguntas.</translation>
    </message>
    <message>
        <source>Done</source>
        <extracomment>Closes the list of devices; the choice holds already</extracomment>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Leave the waiting room</source>
        <translation>Salir de la sala de espera</translation>
    </message>
    <message>
        <source>Microphone on or off</source>
        <translation>Encender o apagar el micrófono</translation>
    </message>
    <message>
        <source>Camera on or off</source>
        <translation>Encender o apagar la cámara</translation>
    </message>
    <message>
        <source>Choose camera, microphone and speaker</source>
        <translation>Elegir cámara, micrófono y bocina</translation>
    </message>
    <message>
        <source>Your own picture</source>
        <translation>Su propia imagen</translation>
    </message>
</context>
<context>
    <name>WaitingWords</name>
    <message>
        <source>Opening the waiting room</source>
        <translation>Abriendo la sala de espera</translation>
    </message>
    <message>
        <source>We are telling {doctor} that you are here</source>
        <translation>Estamos avisando a {doctor} que usted está aquí</translation>
    </message>
    <message>
        <source>your doctor</source>
        <extracomment>The doctor whose name is not known, inside a sentence</extracomment>
        <translation>su médico</translation>
    </message>
    <message>
        <source>The practice has not opened its screen yet</source>
        <translation>El consultorio aún no ha abierto su pantalla</translation>
    </message>
    <message>
        <source>{doctor} has been told that you are here</source>
        <translation>{doctor} ya sabe que usted está aquí</translation>
    </message>
    <message>
        <source>Leaving the waiting room</source>
        <translation>Saliendo de la sala de espera</translation>
    </message>
    <message>
        <source>This takes a few seconds.</source>
        <translation>Esto tarda unos segundos.</translation>
    </message>
    <message>
        <source>This takes longer than usual. You can wait, or leave and try again.</source>
        <translation>Está tardando más de lo normal. Puede esperar, o salir e intentar de nuevo.</translation>
    </message>
    <message>
        <source>You are back in the waiting room. The visit goes on when they let you in again.</source>
        <translation>Está de nuevo en la sala de espera. La consulta seguirá cuando le dejen entrar otra vez.</translation>
    </message>
    <message>
        <source>You keep your place. They will see that you are here as soon as they do.</source>
        <translation>Usted conserva su lugar. Verán que está aquí en cuanto la abran.</translation>
    </message>
    <message>
        <source>You will be let in as soon as they are ready. You can use other windows, we will ring.</source>
        <translation>Le dejarán entrar en cuanto estén listos. Puede usar otras ventanas; le avisaremos con un timbre.</translation>
    </message>
    <message>
        <source>We have lost the visit service</source>
        <translation>Perdimos el servicio de consultas</translation>
    </message>
    <message>
        <source>You keep your place. We are trying again by ourselves.</source>
        <translation>Usted conserva su lugar. Estamos intentando de nuevo.</translation>
    </message>
    <message>
        <source>Message from the practice</source>
        <translation>Mensaje del consultorio</translation>
    </message>
    <message>
        <source>Running about {minutes} minutes late</source>
        <extracomment>Heading of a calm notice. Spanish: Unos {minutes} minutos de retraso</extracomment>
        <translation>Unos {minutes} minutos de retraso</translation>
    </message>
    <message>
        <source>This takes longer than usual</source>
        <translation>Está tardando más de lo normal</translation>
    </message>
    <message>
        <source>You keep your place.</source>
        <translation>Usted conserva su lugar.</translation>
    </message>
    <message>
        <source>You can also call {phone}.</source>
        <translation>También puede llamar al {phone}.</translation>
    </message>
    <message>
        <source>You can also call {phone} when it is open.</source>
        <translation>También puede llamar al {phone} cuando esté abierto.</translation>
    </message>
    <message>
        <source>If it takes longer, the practice will contact you for a new time.</source>
        <translation>Si tarda más, el consultorio se comunicará con usted para programar otra hora.</translation>
    </message>
    <message>
        <source>You are next</source>
        <translation>Usted sigue</translation>
    </message>
    <message>
        <source>You are number {number} in line</source>
        <extracomment>{number} is 2, 3, ...: the patient&apos;s place in the queue</extracomment>
        <translation>Usted es el número {number} en la fila</translation>
    </message>
    <message>
        <source>{phone}, open now</source>
        <translation>{phone}, abierto ahora</translation>
    </message>
    <message>
        <source>{phone}, closed now</source>
        <translation>{phone}, cerrado ahora</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micrófono</translation>
    </message>
    <message>
        <source>Speaker</source>
        <extracomment>The loudspeaker. Spanish: Bocina</extracomment>
        <translation>Bocina</translation>
    </message>
    <message>
        <source>Your earlier choice (not connected)</source>
        <extracomment>A device that was chosen once and is unplugged now</extracomment>
        <translation>Lo que eligió antes (no conectado)</translation>
    </message>
    <message>
        <source>System default ({device})</source>
        <extracomment>The system chooses; {device} is what it chose</extracomment>
        <translation>Predeterminado del sistema ({device})</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Predeterminado del sistema</translation>
    </message>
</context>
</TS>
